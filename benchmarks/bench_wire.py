"""How long reading a fill and signing an order take, beside the least that can be had and beside the official SDK.

Run with ``python -m benchmarks.bench_wire`` from the project's folder. Each side is measured in turn, in rounds, in one
tree of processes; what is printed is the median of the rounds and the range between their quartiles. The official SDK
is measured twice: as it installs itself (elliptic curves in plain Python) and with coincurve beside it.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping

import msgspec

from benchmarks.machine import describe
from fadearena.domain.identifiers import bot_id, wallet
from fadearena.domain.market import Asset, AssetName
from fadearena.hyperliquid.actions import OrderWire, order_action
from fadearena.hyperliquid.messages.fills import Fill
from fadearena.hyperliquid.messages.frames import UserFillsFrame, decode_frame
from fadearena.hyperliquid.signing import PrivateKey, connection_id, keccak256, l1_digest, sign_l1_action
from fadearena.hyperliquid.translation import FillNumbers, fill_numbers, to_event
from fadearena.hyperliquid.universe import Listing, Universe

ROUNDS = 15
PUBLIC_TEST_KEY = "0x" + "0123456789" * 6 + "0123"
NONCE = 1_790_000_000_000
LIBRARIES = ("msgspec", "coincurve", "pycryptodome", "hyperliquid-python-sdk", "eth-account", "eth-keys")
SDK_BACKENDS = {
    "official SDK as it installs itself": "eth_keys.backends.NativeECCBackend",
    "official SDK with coincurve": "eth_keys.backends.CoinCurveECCBackend",
}

FRAME = (
    b'{"channel":"userFills","data":{"user":"0x0000000000000000000000000000000000000001","fills":[{"coin":"BTC",'
    b'"px":"86006.0","sz":"0.07905","side":"B","time":1791280942711,"startPosition":"-0.14136","dir":"Close Short",'
    b'"closedPnl":"-2.600745","hash":"0x0da3f51a7423740a0f1d0445f5707e02017400000f2692dcb16ca06d33274df4",'
    b'"oid":566617233807,"crossed":true,"fee":"0.067987","tid":669583051366496,"cloid":"0x000000000000000000065d2917ff69",'
    b'"feeToken":"USDC","twapId":null}]}}'
)
ASSET = Asset(AssetName("BTC"), 5)
UNIVERSE = Universe([Listing(ASSET, 0, "")])
BOT = bot_id("bench")
WALLET = wallet("0x" + "0" * 39 + "1")
ORDER = order_action([OrderWire(0, is_buy=True, price="86006", size="0.079", reduce_only=False)])

Timed = Callable[[], object]


def main() -> None:
    if len(sys.argv) > 1:
        print(json.dumps(_rounds({"sdk": _sdk_signs()}, calls=40)))
        return
    print(describe(*LIBRARIES))
    print(f"\nread one fill frame of {len(FRAME)} bytes")
    _print_table(_rounds(_readers(), calls=4000), floor="msgspec to typed text")
    print("\nsign one order")
    rounds = _rounds(_signers(), calls=300)
    for name, backend in SDK_BACKENDS.items():
        rounds[name] = _in_a_child(backend)
    _print_table(rounds, floor="libsecp256k1 alone")


def _readers() -> dict[str, Timed]:
    universe_asset = UNIVERSE.asset
    typed = msgspec.json.Decoder(UserFillsFrame)

    def to_integers() -> FillNumbers:
        frame = decode_frame(FRAME)
        assert isinstance(frame, UserFillsFrame)
        fill = frame.data.fills[0]
        return fill_numbers(fill, universe_asset(fill.coin))

    frame = decode_frame(FRAME)
    assert isinstance(frame, UserFillsFrame)
    fill: Fill = frame.data.fills[0]
    assert to_integers() == FillNumbers(1, 7905, 860060, -14136, 1791280942711)
    return {
        "json.loads, untyped": lambda: json.loads(FRAME),
        "msgspec to typed text": lambda: typed.decode(FRAME),
        "decode_frame (any channel) to typed text": lambda: decode_frame(FRAME),
        "decode_frame to kernel integers": to_integers,
        "typed fill to an event with its id": lambda: to_event(fill, BOT, WALLET, UNIVERSE, FRAME),
    }


def _signers() -> dict[str, Timed]:
    import coincurve

    key = PrivateKey(PUBLIC_TEST_KEY)
    raw_sign = coincurve.PrivateKey(bytes.fromhex(PUBLIC_TEST_KEY[2:])).sign_recoverable
    digest = l1_digest(connection_id(ORDER, NONCE), is_mainnet=False)
    return {
        "libsecp256k1 alone": lambda: raw_sign(digest, hasher=None),
        "keccak of 200 bytes alone": lambda: keccak256(FRAME[:200]),
        "sign_l1_action": lambda: sign_l1_action(key, ORDER, NONCE, is_mainnet=False),
    }


def _sdk_signs() -> Timed:
    from eth_account import Account
    from hyperliquid.utils.signing import sign_l1_action as sdk_sign

    account = Account.from_key(PUBLIC_TEST_KEY)
    ours = sign_l1_action(PrivateKey(PUBLIC_TEST_KEY), ORDER, NONCE, is_mainnet=False)
    theirs = sdk_sign(account, ORDER, None, NONCE, None, False)
    assert (int(theirs["r"], 16), int(theirs["s"], 16), theirs["v"]) == (int(ours.r, 16), int(ours.s, 16), ours.v)
    return lambda: sdk_sign(account, ORDER, None, NONCE, None, False)


def _in_a_child(backend: str) -> list[float]:
    """The SDK chooses its curve once per process."""
    environment = {**os.environ, "ECC_BACKEND_CLASS": backend}
    command = [sys.executable, "-m", "benchmarks.bench_wire", "sdk"]
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, timeout=300)
    rounds: list[float] = json.loads(done.stdout)["sdk"]
    return rounds


def _rounds(sides: Mapping[str, Timed], calls: int) -> dict[str, list[float]]:
    """Microseconds per call, for each side one number a round; sides take turns within a round."""
    rounds: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(ROUNDS):
        for name, call in sides.items():
            start = time.perf_counter_ns()
            for _ in range(calls):
                call()
            rounds[name].append((time.perf_counter_ns() - start) / calls / 1000)
    return rounds


def _print_table(rounds: Mapping[str, list[float]], floor: str) -> None:
    least = statistics.median(rounds[floor])
    for name, figures in rounds.items():
        middle = statistics.median(figures)
        low, _, high = statistics.quantiles(figures, n=4)
        print(f"  {name:42} {middle:9.2f} us  ({low:.2f} to {high:.2f})  {middle / least:7.2f} x {floor}")


if __name__ == "__main__":
    main()
