"""The dashboard as a person uses it: the program itself, served by its own processes, in a real browser.

Run apart from the other tests, because a browser's event loop and pytest-asyncio's do not live in one process:
``./fadearena test tests/browser``, or ``pytest -p no:asyncio tests/browser``.
"""
