"""``python -m fadearena.cli``: the same program where its command is not on the PATH."""

from fadearena.cli import main

main()
