"""Which exchange is spoken to: mainnet, testnet or a simulator on this machine.

Pure. An Endpoint is made only here, so a simulator is always on a loopback address and the real exchange is always
reached over TLS. Hosts: section 2 of the protocol reference.
"""

from __future__ import annotations

import ipaddress
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from fadearena.hyperliquid.errors import UnusableEndpointError

Network = Literal["mainnet", "testnet", "simulator"]


class Endpoint(msgspec.Struct, frozen=True):
    """Where an exchange listens.

    Args:
        name: which one it is.
        http_url: base of the two routes ``/info`` and ``/exchange``, without a trailing slash.
        ws_url: address of the WebSocket.
    """

    name: Network
    http_url: str
    ws_url: str

    def __post_init__(self) -> None:
        """Raises UnusableEndpointError for addresses that do not belong to the name."""
        if self.name == "simulator":
            _check_loopback(self.http_url, "http")
            _check_loopback(self.ws_url, "ws")
        elif (self.http_url, self.ws_url) != _OFFICIAL[self.name]:
            msg = f"not the addresses of {self.name}: {self.http_url!r}, {self.ws_url!r}"
            raise UnusableEndpointError(msg)

    @classmethod
    def mainnet(cls) -> Endpoint:
        return cls("mainnet", *_OFFICIAL["mainnet"])

    @classmethod
    def testnet(cls) -> Endpoint:
        return cls("testnet", *_OFFICIAL["testnet"])

    @classmethod
    def simulator(cls, url: str) -> Endpoint:
        """A simulator at ``http://127.0.0.1:port`` (or another loopback address).

        Raises UnusableEndpointError for anything but a plain http URL of a loopback host.
        """
        base = url.rstrip("/")
        _check_loopback(base, "http")
        return cls("simulator", base, "ws" + base.removeprefix("http") + "/ws")

    @property
    def is_mainnet(self) -> bool:
        return self.name == "mainnet"


_OFFICIAL: dict[str, tuple[str, str]] = {
    "mainnet": ("https://api.hyperliquid.xyz", "wss://api.hyperliquid.xyz/ws"),
    "testnet": ("https://api.hyperliquid-testnet.xyz", "wss://api.hyperliquid-testnet.xyz/ws"),
}


def _check_loopback(url: str, scheme: str) -> None:
    try:
        parts = urlsplit(url)
        usable = parts.scheme == scheme and _is_loopback(parts.hostname or "") and (parts.port or 0) >= 0
    except ValueError:
        usable = False
    if not usable or parts.username is not None or parts.query or parts.fragment:
        msg = f"a simulator is a {scheme}:// address on this machine (127.0.0.1, ::1, localhost), not {url!r}"
        raise UnusableEndpointError(msg)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
