"""A session in virtual time, for tests: its inputs, its clock, and what it said when."""

from __future__ import annotations

import json
from random import Random

from fadearena.hyperliquid.session import Phase, Session
from fadearena.hyperliquid.session_events import (
    Arrived,
    Input,
    Limits,
    Opened,
    Output,
    Send,
    Subscribe,
    Tick,
)
from fadearena.hyperliquid.subscriptions import Subscription

T0 = 1_790_000_000_000
USER = "0x" + "a" * 40
FILLS = Subscription.user_fills(USER)
CTX = Subscription.active_asset_ctx("BTC")
BBO = Subscription.bbo("BTC")


def ack(subscription: Subscription, method: str = "subscribe") -> bytes:
    content = json.loads(subscription.request(method))["subscription"]
    return json.dumps({"channel": "subscriptionResponse", "data": {"method": method, "subscription": content}}).encode()


def fills(user: str = USER) -> bytes:
    return json.dumps({"channel": "userFills", "data": {"user": user, "fills": []}}).encode()


def bbo(coin: str = "BTC") -> bytes:
    return json.dumps({"channel": "bbo", "data": {"coin": coin, "time": 1, "bbo": [None, None]}}).encode()


def ctx(coin: str = "BTC") -> bytes:
    names = ("funding", "openInterest", "prevDayPx", "dayNtlVlm", "oraclePx", "markPx")
    data = {"coin": coin, "ctx": dict.fromkeys(names, "1.0")}
    return json.dumps({"channel": "activeAssetCtx", "data": data}).encode()


def error(text: str) -> bytes:
    return json.dumps({"channel": "error", "data": text}).encode()


class World:
    """A session and a virtual clock."""

    def __init__(self, *subscriptions: Subscription, limits: Limits | None = None, seed: int = 1) -> None:
        self.session = Session(Random(seed), limits)
        self.now = T0
        self.said: list[tuple[int, Output]] = []
        for subscription in subscriptions:
            self.do(Subscribe(subscription))

    def do(self, event: Input) -> list[Output]:
        outputs = self.session.handle(event, self.now)
        self.said += [(self.now, output) for output in outputs]
        return outputs

    def hear(self, raw: bytes) -> list[Output]:
        return self.do(Arrived(self.session.attempt, raw))

    def pass_time(self, duration_ms: int, step_ms: int = 250) -> list[Output]:
        outputs: list[Output] = []
        for _ in range(duration_ms // step_ms):
            self.now += step_ms
            outputs += self.do(Tick())
        return outputs

    def connect(self) -> list[Output]:
        while self.session.phase is not Phase.DIALLING:
            self.now = max(self.now, self.session.wake_ms)
            self.do(Tick())
        return self.do(Opened(self.session.attempt))


def sent(outputs: list[Output]) -> list[bytes]:
    return [output.raw for output in outputs if isinstance(output, Send)]
