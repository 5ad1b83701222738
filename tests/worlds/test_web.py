"""What the web process is told of the machine's configuration."""

from __future__ import annotations

from pathlib import Path

import msgspec

from fadearena.config import default_config
from fadearena.core_api.options import ApiOptions
from fadearena.worlds.web import options_of


def options(*extra: str, host: str = "127.0.0.1") -> ApiOptions:
    config = msgspec.structs.replace(default_config({}), host=host, extra_hosts=extra, data_dir=Path())
    return options_of(config, public=False)


def test_another_name_is_answered_behind_a_proxy_and_at_our_own_port() -> None:
    allowed = options("fade.example.org", "[fe80::1]", "nas:80").allowed_hosts
    ours = {"fade.example.org", "fade.example.org:8420", "[fe80::1]", "[fe80::1]:8420", "nas:80"}
    assert allowed - options().allowed_hosts == ours


def test_whoever_is_reached_by_another_name_has_to_log_in_to_read() -> None:
    assert options().open_reading
    assert options("localhost:3000").open_reading
    assert not options("fade.example.org").open_reading
    assert not options(host="0.0.0.0").open_reading
