"""``fadearena config``: every setting of this machine, its value, and where that comes from."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from fadearena.cli.output import Json, print_json, print_table
from fadearena.config import Config, demo_dir, describe, load_config


def configuration() -> Config:
    """The configuration in force; with ``--demo`` that of the demo's data. Raises ConfigError."""
    config = load_config(os.environ, Path.cwd())
    if os.environ.get("FADEARENA_OF_DEMO"):
        return msgspec.structs.replace(config, data_dir=demo_dir(config), database_url="", exchange="simulator")
    return config


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
