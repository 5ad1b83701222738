"""What Prometheus scrapes: how this process serves, and how the trader is, by what the database says."""

from __future__ import annotations

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

from fadearena.persistence.views.answers import State
from fadearena.persistence.views.system import Pulse

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PATCH", "DELETE"})

disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series for each one, which nothing reads


class Metrics:
    """One registry a process. Labels take only words of ours, never what a client sent."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.requests = Counter(
            "fadearena_http_requests",
            "Requests answered, by route template, method and status.",
            ("route", "method", "status"),
            registry=self.registry,
        )
        self.seconds = Histogram(
            "fadearena_http_request_seconds",
            "Seconds from the arrival of a request to the end of its answer.",
            ("route", "method"),
            buckets=BUCKETS,
            registry=self.registry,
        )
        self.sockets = self._gauge("websocket_clients", "Open WebSockets of this process.")
        self.sockets_total = Counter("fadearena_websocket_opened", "WebSockets opened.", registry=self.registry)
        self.feed_head = self._gauge("feed_seq", "The last item of the live feed.")
        self.up = self._gauge("database_up", "1 when the database answers.")
        self.latency = self._gauge("database_latency_seconds", "Time of one small question to the database.")
        self.connected = self._gauge("hyperliquid_connected", "1 when the trader's feed is connected and alive.")
        self.heartbeat = self._gauge("trader_heartbeat_age_seconds", "Age of the trader's last sign of life.")
        self.kill_switch = self._gauge("kill_switch", "1 when the kill switch is on.")
        self.live = self._gauge("mode_live", "1 when the mode is live, 0 in simulation.")
        self.equity = Gauge("fadearena_equity_usd", "Equity as last recorded.", ("account",), registry=self.registry)
        self.daily = Gauge(
            "fadearena_daily_pnl_usd", "Change of equity since midnight UTC.", ("account",), registry=self.registry
        )
        self.positions = self._gauge("open_positions", "Our open positions, by bot and asset.")
        self.exposure = self._gauge("exposure_usd", "Our net positions at the mark, summed over assets.")
        self.last_event = self._gauge("last_event_timestamp_seconds", "Time of the last bot event.")

    def observe(self, route: str, method: str, status: int, seconds: float) -> None:
        """Counts one answered request; ``route`` is a template of ours, never a path as it was asked."""
        known = method if method in METHODS else "other"
        self.requests.labels(route, known, str(status)).inc()
        self.seconds.labels(route, known).observe(seconds)

    def exposition(self, state: State | None, pulse: Pulse | None, sockets: int, head: int) -> bytes:
        """The page that is scraped; None where the database did not answer."""
        self.sockets.set(sockets)
        self.feed_head.set(head)
        self.up.set(pulse is not None)
        if pulse is not None:
            self.latency.set(pulse.latency_ms / 1000)
            self.heartbeat.set(float("nan") if pulse.heartbeat_age is None else pulse.heartbeat_age)
        if state is not None:
            self._tell(state)
        return generate_latest(self.registry)

    def _tell(self, state: State) -> None:
        self.connected.set(state.system_status.hyperliquid_connected)
        self.kill_switch.set(state.kill_switch)
        self.live.set(state.mode == "live")
        self.equity.labels("fade").set(float(state.equity.fade_arena))
        self.equity.labels("bots").set(float(state.equity.bots_aggregate))
        self.daily.labels("fade").set(float(state.daily_pnl.fade_arena))
        self.daily.labels("bots").set(float(state.daily_pnl.bots))
        if state.open_positions is not None:
            self.positions.set(state.open_positions.count)
            self.exposure.set(float(state.open_positions.net_notional))
        if state.system_status.last_event_time is not None:
            self.last_event.set(state.system_status.last_event_time / 1000)

    def _gauge(self, name: str, help_text: str) -> Gauge:
        return Gauge(f"fadearena_{name}", help_text, registry=self.registry)
