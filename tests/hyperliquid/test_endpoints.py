"""Which addresses a session may be opened to."""

from __future__ import annotations

import pytest

from fadearena.hyperliquid.endpoints import Endpoint
from fadearena.hyperliquid.errors import HyperliquidError, UnusableEndpointError


@pytest.mark.parametrize("endpoint", [Endpoint.mainnet(), Endpoint.testnet()])
def test_the_real_exchanges_are_reached_over_tls(endpoint: Endpoint) -> None:
    assert endpoint.http_url.startswith("https://")
    assert endpoint.ws_url.startswith("wss://")


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8123", "http://localhost:1", "http://[::1]:9/", "http://127.8.8.8:80"]
)
def test_a_simulator_on_this_machine_is_accepted(url: str) -> None:
    endpoint = Endpoint.simulator(url)
    assert endpoint.http_url == url.rstrip("/")
    assert endpoint.ws_url == url.rstrip("/").replace("http", "ws") + "/ws"
    assert not endpoint.is_mainnet


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1:8123",
        "http://10.0.0.5:8123",
        "http://api.hyperliquid.xyz",
        "http://127.0.0.1.example.com:8123",
        "http://localhost@example.com",
        "http://user:pass@127.0.0.1:8123",
        "http://127.0.0.1:99999",
        "http://127.0.0.1:80/?a=b",
        "http://[::1",
        "127.0.0.1:8123",
        "",
    ],
)
def test_a_simulator_anywhere_else_is_refused_and_quoted(url: str) -> None:
    with pytest.raises(UnusableEndpointError) as caught:
        Endpoint.simulator(url)
    assert repr(url) in str(caught.value)
    assert isinstance(caught.value, HyperliquidError)


def test_mainnet_cannot_be_given_another_address() -> None:
    with pytest.raises(UnusableEndpointError):
        Endpoint("mainnet", "https://example.com", "wss://example.com/ws")
