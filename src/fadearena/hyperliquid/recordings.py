"""Recorded fills from files, as typed values: what the simulator replays and a backtest reads.

In: a file of fills in one of three shapes, or the table of Alpha Arena's first season that comes with the package. Out:
``Recording``: accounts with their perpetual fills in the order of execution. Rows of spot and outcome markets are kept
apart. A row that comes twice, as where two pages of answers overlap, is one fill. Nothing else is mended here: a row
that is not a fill is a ``RecordingError`` that says where.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import cache
from importlib.resources import files
from pathlib import Path

import msgspec

from fadearena.domain.identifiers import MalformedIdError, Wallet, bot_id, wallet
from fadearena.domain.market import Asset, AssetName, MalformedNumberError, Side, to_nearest_units, to_text
from fadearena.domain.positions import Position, apply_fill
from fadearena.hyperliquid.errors import HyperliquidError
from fadearena.hyperliquid.messages import Fill

STARTING_EQUITY_ASSUMED = "10000"
"""USDC an account is taken to begin with where the file does not say; Alpha Arena's bots began with this."""

FILE_BYTES_MAX = 1 << 30
"""Enough for two million fills."""
TIME_MAX = 1 << 45
"""Milliseconds; the year 3084. What is later is no time of a trade, and no calendar holds the latest."""
SEASON_ONE_SOURCE = "Alpha Arena season 1: public trades snapshot of 2025-10-26 in wquguru/nof0 (mcp/data/trades.json)"
SEASON_ONE_ASSETS = {
    name: Asset(AssetName(name), decimals)
    for name, decimals in (("BTC", 5), ("ETH", 4), ("SOL", 2), ("BNB", 3), ("DOGE", 0), ("XRP", 0))
}
NO_HASH = "0x" + "0" * 64
_NOBODY = Wallet("0x" + "0" * 40)


class RecordingError(HyperliquidError):
    """A file that is no recording; the message is one line: what is wrong, and where."""


class RecordedAccount(msgspec.Struct, frozen=True):
    """One account's history.

    Args:
        starting_equity: USDC before the first fill, decimal text.
        fills: of perpetuals, ascending in time, in the order of execution within a millisecond.
        ignored: rows of spot and outcome markets, in the same order.
    """

    bot_id: str
    wallet: Wallet
    starting_equity: str
    fills: tuple[Fill, ...]
    ignored: tuple[Fill, ...] = ()


class Recording(msgspec.Struct, frozen=True):
    """Accounts and where they come from (a path, or the citation of a data set)."""

    accounts: tuple[RecordedAccount, ...]
    source: str

    @property
    def ignored(self) -> int:
        """How many rows of spot and outcome markets were kept apart."""
        return sum(len(account.ignored) for account in self.accounts)


def read_recording(path: Path | str, wallet: str | None = None, bot_id: str | None = None) -> Recording:
    """Read a file of fills.

    Shapes: ``{wallet: {"botId", "startingEquity", "fills": [...]}}``; the exchange's own answer to ``userFills`` or
    ``userFillsByTime``, a list in either direction; or that answer under ``response`` beside its ``request``.

    Args:
        wallet: whose fills a bare answer holds; not needed where the file names its accounts. With several accounts in
            the file it selects one.
        bot_id: how that account is called; without it a bare answer's is made from the wallet.

    Raises:
        RecordingError: for anything else.
    """
    place = Path(path)
    try:
        with place.open("rb") as file:
            data = file.read(FILE_BYTES_MAX + 1)
        if len(data) > FILE_BYTES_MAX:
            msg = f"larger than {FILE_BYTES_MAX >> 20} MiB"
            raise _NotARecordingError(msg)
        return Recording(_accounts(data, wallet, bot_id), str(place))
    except OSError as error:
        msg = f"{place}: {error.strerror or 'cannot be read'}"
    except _NotARecordingError as error:
        msg = f"{place}: {error}"
    raise RecordingError(msg)


def only(recording: Recording, wallet: str) -> Recording:
    """The part of a recording that is one account's. Raises RecordingError where it holds no such account."""
    try:
        return Recording(_selected(recording.accounts, wallet, None), recording.source)
    except _NotARecordingError as error:
        raise RecordingError(str(error)) from None


@cache
def season_one() -> Recording:
    """Season 1 of Alpha Arena: six bots, 456 fills, 2025-10-17 to 2025-10-26, from the table beside this module.

    Source: the public trades snapshot of 2025-10-26 kept in wquguru/nof0 (``mcp/data/trades.json``). The table holds
    what that states (wallet, coin, side, price, size, time, oid, tid, crossed, fee); position, direction and realised
    result follow from it, and the L1 hash is not known there.
    """
    text = files("fadearena.hyperliquid").joinpath("season1.csv").read_text("utf-8")
    rows = list(csv.reader(line for line in text.splitlines() if not line.startswith("#")))
    accounts = (row[1:] for row in rows if row[0] == "account")
    return Recording(tuple(_season_account(account, rows) for account in accounts), SEASON_ONE_SOURCE)


class _NotARecordingError(Exception):
    """What is wrong, without the file's name."""


class _AccountEntry(msgspec.Struct, frozen=True, rename="camel"):
    bot_id: str
    fills: list[Fill]
    starting_equity: str | int | float = STARTING_EQUITY_ASSUMED


class _Request(msgspec.Struct, frozen=True):
    user: str = ""


class _Answer(msgspec.Struct, frozen=True):
    response: list[Fill]
    request: _Request = _Request()


def _accounts(data: bytes, address: str | None, name: str | None) -> tuple[RecordedAccount, ...]:
    try:
        shape = msgspec.json.decode(data, type=list[msgspec.Raw] | dict[str, msgspec.Raw])
        if isinstance(shape, list):
            return (_single(msgspec.json.decode(data, type=list[Fill]), address, name),)
        if "response" in shape:
            answer = msgspec.json.decode(data, type=_Answer)
            return (_single(answer.response, address or _named(answer.request.user), name),)
        entries = msgspec.json.decode(data, type=dict[str, _AccountEntry])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        msg = f"not a file of fills: {error}"
        raise _NotARecordingError(msg) from None
    except RecursionError:
        msg = "not a file of fills: nested too deeply"
        raise _NotARecordingError(msg) from None
    accounts = tuple(_entry(key, entry) for key, entry in entries.items())
    if len({account.wallet for account in accounts}) < len(accounts):
        msg = "it holds one wallet twice, in different letter case"
        raise _NotARecordingError(msg)
    names = Counter(account.bot_id for account in accounts)
    twice = next((name for name, times in names.items() if times > 1), None)
    if twice is not None:
        msg = f"it calls two wallets {twice}"
        raise _NotARecordingError(msg)
    return _selected(accounts, address, name)


def _selected(
    accounts: tuple[RecordedAccount, ...], address: str | None, name: str | None
) -> tuple[RecordedAccount, ...]:
    wanted = None if address is None else _wallet(address)
    chosen = tuple(
        account for account in accounts if wanted in (None, account.wallet) and name in (None, account.bot_id)
    )
    if not chosen:
        who = address or name
        msg = "it holds no account" if who is None else f"no account {who} in it; it holds {_listed(accounts)}"
        raise _NotARecordingError(msg)
    return chosen


def _listed(accounts: Sequence[RecordedAccount]) -> str:
    names = [account.bot_id for account in accounts[:10]]
    return ", ".join(names) + (", ..." if len(accounts) > 10 else "") if names else "none"


def _named(user: str) -> str | None:
    """The address that a request names; recorders who hide whose it was put zeros there."""
    try:
        named = wallet(user)
    except MalformedIdError:
        return None
    return None if named == _NOBODY else named


def _entry(key: str, entry: _AccountEntry) -> RecordedAccount:
    equity = str(entry.starting_equity)
    try:
        if to_nearest_units(equity, 6) < 0:
            msg = f"a starting equity is not below 0: {equity[:30]!r}"
            raise MalformedNumberError(msg)
        name = bot_id(entry.bot_id)
    except (MalformedNumberError, MalformedIdError) as error:
        msg = f"account {key[:60]}: {error}"
        raise _NotARecordingError(msg) from None
    return _account(name, _wallet(key), equity, entry.fills)


def _single(rows: list[Fill], address: str | None, name: str | None) -> RecordedAccount:
    if address is None:
        msg = "it does not say whose fills these are: name the wallet"
        raise _NotARecordingError(msg)
    whose = _wallet(address)
    return _account(name or f"wallet-{whose[2:10]}", whose, STARTING_EQUITY_ASSUMED, rows)


def _wallet(text: str) -> Wallet:
    try:
        return wallet(text)
    except MalformedIdError as error:
        raise _NotARecordingError(str(error)) from None


def _account(name: str, whose: Wallet, equity: str, rows: list[Fill]) -> RecordedAccount:
    for place, fill in enumerate(rows):
        _check(place, fill)
    ordered = in_execution_order(list(dict.fromkeys(rows)))
    perpetual = tuple(fill for fill in ordered if not is_spot(fill.coin))
    return RecordedAccount(name, whose, equity, perpetual, tuple(fill for fill in ordered if is_spot(fill.coin)))


def _check(place: int, fill: Fill) -> None:
    try:
        for text in (fill.start_position, fill.closed_pnl, fill.fee):
            to_nearest_units(text, 6)
        if (
            min(to_nearest_units(fill.px, 18), to_nearest_units(fill.sz, 18)) <= 0
            or not 0 < fill.time < TIME_MAX
            or not fill.coin
        ):
            msg = f"coin {fill.coin[:30]!r}, px {fill.px[:30]}, sz {fill.sz[:30]}, time {fill.time} is no trade"
            raise MalformedNumberError(msg)
    except MalformedNumberError as error:
        msg = f"fill {place}: {error}"
        raise _NotARecordingError(msg) from None


def is_spot(coin: str) -> bool:
    """Whether a coin names a spot pair (``@107``, ``PURR/USDC``) or an outcome (``#20``), not a perpetual."""
    return coin.startswith(("@", "#")) or "/" in coin


def in_execution_order(rows: Sequence[Fill]) -> list[Fill]:
    """Rows ascending in time, each millisecond in the order of execution.

    ``userFillsByTime`` answers in that order and ``userFills`` in the reverse of it (section 5.10), and nothing in a
    row says which. The position chain does: the direction in which more rows begin where the one before ended is taken.
    """
    forward = sorted(rows, key=_time)
    links = _links(forward)
    if links + len({fill.coin for fill in rows}) >= len(rows):
        return forward
    turned = rows[::-1]
    backward = sorted(turned, key=_time)
    return backward if _links(backward) > links else forward


def _time(fill: Fill) -> int:
    return fill.time


def _links(rows: Iterable[Fill]) -> int:
    ends: dict[str, Decimal] = {}
    links = 0
    for fill in rows:
        start = Decimal(fill.start_position)
        links += ends.get(fill.coin) == start
        ends[fill.coin] = start + Decimal(fill.sz) * (1 if fill.side == "B" else -1)
    return links


def _season_account(account: list[str], rows: list[list[str]]) -> RecordedAccount:
    name, whose, equity = account
    held: dict[str, Position] = {}
    fills = [_season_fill(row[2:], held) for row in rows if row[:2] == ["fill", name]]
    return RecordedAccount(name, wallet(whose), equity, tuple(fills))


def _season_fill(row: list[str], held: dict[str, Position]) -> Fill:
    time, coin, side, price, size, crossed, fee, oid, tid = row
    asset = SEASON_ONE_ASSETS[coin]
    before = held.get(coin, Position())
    signed = asset.lots(size) * (Side.LONG if side == "B" else Side.SHORT)
    held[coin], realised = apply_fill(before, signed, asset.price(price))
    return Fill(
        coin=coin,
        px=price,
        sz=size,
        side="B" if side == "B" else "A",
        time=int(time),
        start_position=_zero_pointed(asset.size_text(before.lots)),
        dir=direction(before.lots, before.lots + signed),
        closed_pnl=_zero_pointed(to_text(realised or 0, 6)),
        hash=NO_HASH,
        oid=int(oid),
        crossed=crossed == "1",
        fee=fee,
        tid=int(tid),
    )


def direction(before: int, after: int) -> str:
    """The exchange's word for a perpetual trade that moved a position from ``before`` to ``after`` (section 6)."""
    if before and after and (before > 0) != (after > 0):
        return "Long > Short" if before > 0 else "Short > Long"
    word = "Open" if abs(after) > abs(before) else "Close"
    return f"{word} {'Long' if (before or after) > 0 else 'Short'}"


def _zero_pointed(text: str) -> str:
    return "0.0" if text == "0" else text
