"""Several wallets told as one story."""

from __future__ import annotations

from fadearena.bot_ingestor.ordering import in_order_of_time
from fadearena.bot_ingestor.outputs import Batch, Output
from fadearena.domain.events import HistoryState
from fadearena.domain.identifiers import Wallet
from tests.bot_ingestor.factories import BOT, BTC, WALLET, fill, released

OTHER = Wallet("0x" + "cd" * 20)


def batch(time_ms: int, account: Wallet) -> Batch:
    return Batch((fill(time_ms, 0, 1, time_ms, account=account),))


def test_batches_are_merged_by_time_and_then_by_wallet() -> None:
    mine: list[Output] = [batch(10, WALLET), batch(30, WALLET)]
    others: list[Output] = [batch(10, OTHER), batch(20, OTHER)]
    merged = released(in_order_of_time({OTHER: others, WALLET: mine}))
    assert [(event.wallet, event.trade_id) for event in merged] == [
        (WALLET, 10),
        (OTHER, 10),
        (OTHER, 20),
        (WALLET, 30),
    ]


def test_within_a_wallet_nothing_changes_places() -> None:
    state = HistoryState(BOT, BTC.name, complete=True)
    mine: list[Output] = [batch(30, WALLET), state, batch(20, WALLET), state]
    assert [step for step in in_order_of_time({WALLET: mine, OTHER: [batch(25, OTHER)]}) if step in mine] == mine
