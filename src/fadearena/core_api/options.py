"""How the web process listens and whom it lets in. Values only; ``worlds`` fills them from the configuration."""

from __future__ import annotations

import ipaddress

import msgspec


class ApiOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What the server is told at start.

    Args:
        host, port: where it listens; any host but a loopback one makes reading need a session or token.
        extra_hosts: further ``Host`` headers it answers to, as a browser sends them (``fade.example.org`` behind a
            proxy, ``192.168.1.5:8420`` in a home network).
        session_seconds: how long a login lasts.
        drain_seconds: how long open requests may take to end when the server is told to stop.
        send_seconds: how long a listener may take to read what it is sent before it is dropped.
        recheck_seconds: how long a socket may outlive the login it was opened with.
        poll_seconds: the longest that a missed doorbell can delay the live feed.
        die_with_parent: whether a worker ends when the process that started it is gone.
        public: shows the arena to anybody and takes no changes from anybody; see ``public_arena``.
        dashboard_dir: the folder of the dashboard's bundle; "" for the one built into this package.
    """

    host: str = "127.0.0.1"
    port: int = 8420
    extra_hosts: tuple[str, ...] = ()
    session_seconds: int = 12 * 3600
    drain_seconds: int = 5
    send_seconds: float = 10.0
    recheck_seconds: float = 30.0
    poll_seconds: float = 1.0
    die_with_parent: bool = True
    public: bool = False
    dashboard_dir: str = ""

    @property
    def open_reading(self) -> bool:
        """Whether reading needs no login: in public, or where only this machine can connect, by a proxy too."""
        return self.public or (is_loopback(self.host) and all(is_loopback(_name_of(host)) for host in self.extra_hosts))

    @property
    def any_host(self) -> bool:
        """Whether it does not matter under which name it is asked: what it tells, it tells anybody."""
        return self.public and not is_loopback(self.host)

    @property
    def allowed_hosts(self) -> frozenset[str]:
        """Every ``Host`` header that is answered, in lower case."""
        names = {"localhost", "127.0.0.1", "[::1]"}
        if not _is_wildcard(self.host):
            names.add(_bracketed(self.host.lower()))
        hosts = {f"{name}:{self.port}" for name in names}
        if self.port in {80, 443}:
            hosts |= names
        return frozenset(hosts | {host.lower() for host in self.extra_hosts})

    @property
    def cookie_name(self) -> str:
        """Cookies know no ports, so two servers on one machine must not share a name."""
        return f"fadearena_session_{self.port}"


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a socket bound to ``host``."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _name_of(host: str) -> str:
    """A ``Host`` header without its port."""
    return host[1 : host.index("]")] if host.startswith("[") and "]" in host else host.partition(":")[0]


def _is_wildcard(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return host == ""


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
