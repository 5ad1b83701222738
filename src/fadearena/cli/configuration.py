"""``fadearena config``: every setting of this machine, its value, and where that comes from."""

from __future__ import annotations

import os

from fadearena.cli.output import Json, print_json, print_table
from fadearena.config import Config, config_in_force, describe, of_demo


def configuration() -> Config:
    """The configuration in force; with ``--demo`` that of the demo's data. Raises ConfigError."""
    config = config_in_force()
    return of_demo(config) if os.environ.get("FADEARENA_OF_DEMO") else config


def config(*, as_json: Json = False) -> None:
    """List every setting of this machine with its value, its origin, its variable and its meaning.

    Passwords are not shown. What is traded is not here but in `fadearena settings`.
    """
    rows = describe(configuration())
    if as_json:
        print_json(rows)
    else:
        print_table(
            ["KEY", "VALUE", "FROM", "VARIABLE", "MEANING"],
            [[row.key, str(row.value), row.origin, row.variable, row.meaning] for row in rows],
        )
