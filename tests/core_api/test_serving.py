"""The server as a process: one to a port, quick to stop, and known under the right names."""

from __future__ import annotations

import time

import pytest

from fadearena.core_api import ApiOptions, serve
from fadearena.core_api.serving import PortTakenError, refuse_taken_port
from tests.core_api.serving import Server


def test_a_second_server_on_a_port_is_refused(server: Server) -> None:
    with pytest.raises(PortTakenError, match=str(server.port)):
        serve(server.database_url, ApiOptions(port=server.port))


async def test_a_port_is_free_again_as_soon_as_its_server_has_stopped(fresh_server: Server) -> None:
    async with fresh_server.client() as client:
        assert (await client.get("/api/state")).status_code == 200
        began = time.monotonic()
        assert fresh_server.stop() == 0
    assert time.monotonic() - began < 5
    refuse_taken_port("127.0.0.1", fresh_server.port)


def test_names_follow_from_where_it_listens() -> None:
    home = ApiOptions(host="192.168.1.5", port=9000, extra_hosts=("Fade.Example.org",))
    assert home.allowed_hosts == {
        "localhost:9000",
        "127.0.0.1:9000",
        "[::1]:9000",
        "192.168.1.5:9000",
        "fade.example.org",
    }
    assert "127.0.0.1" in ApiOptions(port=80).allowed_hosts
    assert "0.0.0.0:8420" not in ApiOptions(host="0.0.0.0").allowed_hosts
    assert "[fd00::1]:8420" in ApiOptions(host="fd00::1").allowed_hosts
    assert ApiOptions(port=1).cookie_name != ApiOptions(port=2).cookie_name


def test_a_name_beyond_this_machine_closes_reading_behind_a_proxy_too() -> None:
    assert ApiOptions(extra_hosts=("localhost:5173", "[::1]:9", "127.0.0.1")).open_reading
    assert not ApiOptions(extra_hosts=("fade.example.org",)).open_reading
    assert not ApiOptions(extra_hosts=("192.168.1.5:8420",)).open_reading
