"""The read side: one function per question, over a small pool of read-only connections.

Every function takes a ``Reader`` and gives frozen values of ``answers``, ready to be written as JSON. Nothing here ever
writes; every question has a time limit.
"""

from fadearena.persistence.views.reader import DatabaseBusyError, Reader

__all__ = ["DatabaseBusyError", "Reader"]
