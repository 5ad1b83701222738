"""The arena on its own: events in, entries out."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest

from fadearena.arena import Arena, EventClock
from fadearena.domain.events import FundingRate, Quote
from fadearena.domain.identifiers import BotId
from fadearena.domain.market import MICRO
from fadearena.domain.records import Entry
from fadearena.domain.settings import BotConfig, BotProfile, Controls, StrategySettings
from fadearena.strategy_engine.portfolio import Portfolio
from fadearena.strategy_engine.situation import Limits, Situation
from fadearena.trading_client.simulated_venue import venue_of
from tests.factories import BTC, ETH, GPT, NOON_MS, QWEN, WALLETS, bot_event

AT_BOTS_PRICE = StrategySettings(simulated_fill_model="bot-price", simulated_slippage_bps=Decimal(0))
BOTS = tuple(BotProfile(bot, str(bot), wallet) for bot, wallet in WALLETS.items())


def controls(settings: StrategySettings = AT_BOTS_PRICE, *, version: int = 1, kill: bool = False) -> Controls:
    return Controls(version=version, settings_version=version, settings=settings, kill_switch=kill, bots=BOTS)


def arena_of(settings: StrategySettings = AT_BOTS_PRICE) -> Arena:
    return Arena(Portfolio(0), controls(settings), EventClock(NOON_MS), venue_of)


def held(arena: Arena, bot: BotId = GPT) -> int:
    return arena.portfolio.book(bot, BTC).position.lots


def only(entries: tuple[Entry, ...]) -> Entry:
    assert len(entries) == 1
    return entries[0]


def test_an_event_gets_a_decision_and_an_order_the_other_way() -> None:
    arena = arena_of()
    entry = only(arena.step([bot_event(previous=0, current=500)]))
    [decision], [trade] = entry.decisions, entry.trades
    assert decision.outcome == "execute"
    assert decision.reason is not None
    assert decision.reason.code == "open"
    assert (trade.side.word, trade.lots, trade.fee) == ("short", 500, 225_000)
    assert trade.pnl is None
    assert held(arena) == -500


def test_pieces_of_one_order_are_decided_together_and_each_has_a_decision() -> None:
    arena = arena_of()
    pieces = [bot_event(previous=0, current=200, order=7), bot_event(previous=200, current=500, order=7)]
    first, second = arena.step(pieces)
    assert first.decisions[0].skip_reason is not None
    assert first.decisions[0].skip_reason.code == "coalesced"
    assert str(second.decisions[0].id) in first.decisions[0].skip_reason.sentence
    assert first.trades == ()
    assert second.trades[0].lots == 500


def test_a_closing_trade_states_its_profit_and_when_it_closed() -> None:
    arena = arena_of()
    arena.step([bot_event(previous=0, current=500)])
    entry = only(arena.step([bot_event(previous=500, current=0, price=990_000)]))
    assert entry.trades[0].pnl == 5 * MICRO
    assert entry.trades[0].closed_at_ms == NOON_MS


def test_the_ladder_names_every_check_its_number_and_its_limit() -> None:
    arena = arena_of(msgspec.structs.replace(AT_BOTS_PRICE, asset_exposure_caps={"BTC": Decimal(200)}))
    entry = only(arena.step([bot_event(previous=0, current=500)]))
    checks = {check.name: check for check in entry.decisions[0].checks}
    assert next(iter(checks)) == "kill_switch"
    capped = checks["asset_exposure"]
    assert (capped.passed, capped.observed, capped.limit, capped.unit) == (False, "500", "200", "USD")
    assert (capped.size_before, capped.size_after) == ("0.005", "0.002")
    assert entry.decisions[0].reason is not None
    assert "asset_exposure" in entry.decisions[0].reason.sentence


def test_an_exit_below_the_exchanges_minimum_is_skipped_with_its_number_and_the_minimum() -> None:
    """Beside another bot's position in the asset, so that it is not all we hold."""
    arena = arena_of()
    arena.step([bot_event(previous=0, current=500, bot=QWEN)])
    arena.step([bot_event(previous=0, current=500)])
    entry = only(arena.step([bot_event(previous=500, current=495)]))
    [decision] = entry.decisions
    assert (decision.outcome, decision.delta_lots, decision.order_lots) == ("skip", 5, 0)
    assert decision.skip_reason is not None
    assert decision.skip_reason.code == "minimum_order"
    [check] = decision.checks
    assert (check.name, check.passed, check.observed, check.limit, check.unit) == (
        "minimum_order",
        False,
        "5",
        "10",
        "USD",
    )
    assert (check.size_before, check.size_after) == ("0.00005", "0")


def test_a_small_exit_is_named_last_where_the_opening_beyond_it_is_refused_too() -> None:
    arena = arena_of()
    arena.step([bot_event(previous=0, current=500, bot=QWEN)])
    arena.step([bot_event(previous=0, current=12)])
    off = msgspec.structs.replace(AT_BOTS_PRICE, bot_configs=(BotConfig(id=str(GPT), enabled=False),))
    arena.follow(controls(off, version=2))
    [decision] = only(arena.step([bot_event(previous=12, current=-300, price=500_000)])).decisions
    assert [check.name for check in decision.checks] == ["kill_switch", "bot_enabled", "minimum_order"]
    assert [check.size_before for check in decision.checks] == ["0.003", "0.003", "0.00012"]
    assert decision.checks[-1].observed == "6"


def test_the_record_holds_every_number_the_kernel_read_under_its_own_name() -> None:
    rule = msgspec.structs.replace(
        StrategySettings(), sizing_rule="equity-ratio", default_leverage_multiplier=Decimal("0.5")
    )
    arena = arena_of(rule)
    portfolio = arena.portfolio
    portfolio.price(Quote(ETH, 39_990, 40_010, 40_000, NOON_MS))
    portfolio.price(Quote(BTC, 999_900, 1_000_100, 1_000_050, NOON_MS))
    portfolio.note_bot_equity(GPT, 20_000 * MICRO)
    portfolio.note_bot_equity(QWEN, 30_000 * MICRO)
    portfolio.note_history(QWEN, BTC.name, complete=False)
    arena.step([bot_event(previous=0, current=700, bot=QWEN, asset=ETH, price=40_000)])
    arena.watch(GPT, BTC, 300, 999_000)
    arena.step([bot_event(previous=300, current=800, price=1_000_000)])
    before = portfolio.equity
    [decision] = only(arena.step([bot_event(previous=800, current=900, price=1_000_010)])).decisions
    eth = portfolio.book(QWEN, ETH)
    assert (eth.position.lots, before < 60_000 * MICRO) == (-700, True)
    assert msgspec.json.decode(decision.inputs) == {
        "bot_lots": 900,
        "baseline_lots": 300,
        "held_lots": -749,
        "multiplier_e4": 5_000,
        "sizing_rule": 1,
        "our_equity": before,
        "bot_equity": 20_000 * MICRO + 300 * 1_050 + 500 * 50 + 100 * 40,
        "fixed_notional": 1_000 * MICRO,
        "anchor_price": 1_000_000,
        "bot_price": 1_000_010,
        "buy_price": 1_000_100,
        "sell_price": 999_900,
        "price_age_ms": 0,
        "mark": 1_000_050,
        "event_age_ms": 0,
        "net_if_bought": -749,
        "net_if_sold": -749,
        "other_exposure": 700 * 40_000,
        "equity_change_today": before - 60_000 * MICRO,
        "orders_last_minute": 2,
        "kill_switch": 0,
        "bot_enabled": 1,
        "armed": 1,
        "history_complete": 1,
    }


def test_a_decision_can_be_made_again_from_its_record() -> None:
    from fadearena.strategy_engine.kernel import decide

    entry = only(arena_of().step([bot_event(previous=0, current=500)]))
    decision = entry.decisions[0]
    situation = Situation(**msgspec.json.decode(decision.inputs))
    open_limits = Limits(30_000, -1, -1, -1, -1, 5_000, 3_000, 10 * MICRO, 60, 1)
    verdict = decide(situation, open_limits, [-1] * 12)
    assert (verdict.target, verdict.delta, verdict.order) == (
        decision.target_lots,
        decision.delta_lots,
        decision.order_lots,
    )


def test_an_event_replayed_in_a_new_arena_gives_the_same_decision_byte_for_byte() -> None:
    events = [bot_event(previous=0, current=500), bot_event(previous=500, current=-100, time_ms=NOON_MS + 5)]
    first, second = arena_of(), arena_of()
    for event in events:
        assert msgspec.json.encode(first.step([event])) == msgspec.json.encode(second.step([event]))


def test_a_position_from_before_we_watched_is_left_alone() -> None:
    arena = arena_of()
    assert only(arena.watch(GPT, BTC, 1_000, 1_000_000)).books[0].baseline_lots == 1_000
    arena.step([bot_event(previous=1_000, current=1_500)])
    assert held(arena) == -500
    arena.step([bot_event(previous=1_500, current=900)])
    assert held(arena) == 0


def test_an_adopted_position_is_faded_with_the_next_event() -> None:
    arena = arena_of(msgspec.structs.replace(AT_BOTS_PRICE, adopt_existing=True))
    arena.step([bot_event(previous=1_000, current=1_500)])
    assert held(arena) == -1_500


def test_a_disabled_bot_is_followed_out_but_not_in() -> None:
    arena = arena_of()
    arena.step([bot_event(previous=0, current=500)])
    off = msgspec.structs.replace(AT_BOTS_PRICE, bot_configs=(BotConfig(id=str(GPT), enabled=False),))
    arena.follow(controls(off, version=2))
    arena.step([bot_event(previous=500, current=800)])
    assert held(arena) == -500
    arena.step([bot_event(previous=800, current=100)])
    assert held(arena) == -100


def test_a_kill_switch_that_flattens_closes_everything_at_once() -> None:
    flatten = msgspec.structs.replace(AT_BOTS_PRICE, kill_switch_exits="flatten")
    arena = arena_of(flatten)
    arena.step([bot_event(previous=0, current=500)])
    arena.follow(controls(flatten, version=2, kill=True))
    entry = only(arena.reconsider("controls:2"))
    assert held(arena) == 0
    assert entry.event is None
    assert entry.decisions[0].occasion == "controls:2#1"
    assert arena.reconsider("controls:2") == ()


def test_exits_held_back_by_the_kill_switch_follow_when_it_is_turned_off() -> None:
    arena = arena_of()
    arena.step([bot_event(previous=0, current=500)])
    arena.follow(controls(version=2, kill=True))
    arena.step([bot_event(previous=500, current=0)])
    assert held(arena) == -500
    assert arena.reconsider("controls:2") == ()
    arena.follow(controls(version=3))
    arena.reconsider("controls:3")
    assert held(arena) == 0


def test_a_decision_made_again_says_that_there_is_no_new_event_to_open_on() -> None:
    """The bot turned around while the switch held: once it is off we leave the old side, but do not follow anew."""
    arena = arena_of()
    arena.step([bot_event(previous=0, current=500)])
    arena.follow(controls(version=2, kill=True))
    arena.step([bot_event(previous=500, current=-300)])
    arena.follow(controls(version=3))
    decision = only(arena.reconsider("controls:3")).decisions[0]
    assert held(arena) == 0
    fresh = decision.checks[-1]
    assert (fresh.name, fresh.passed, fresh.observed, fresh.limit) == ("event_fresh", False, "no new event", "30")
    assert decision.reason is not None
    assert decision.reason.sentence == "closes our position against the bot; the rest refused by event_fresh"
    assert msgspec.json.decode(decision.inputs)["event_age_ms"] == -1


def test_turning_the_kill_switch_off_opens_nothing() -> None:
    arena = arena_of()
    arena.follow(controls(version=2, kill=True))
    arena.step([bot_event(previous=0, current=500)])
    arena.follow(controls(version=3))
    assert arena.reconsider("controls:3") == ()


def test_what_we_hold_against_a_bot_that_is_removed_is_closed() -> None:
    arena = arena_of()
    arena.step([bot_event(previous=0, current=500)])
    arena.follow(msgspec.structs.replace(controls(version=2), bots=BOTS[1:]))
    arena.reconsider("controls:2")
    assert held(arena) == 0


def test_a_late_fill_is_counted_but_moves_nothing() -> None:
    arena = arena_of()
    arena.step([bot_event(previous=0, current=500)])
    late = bot_event(previous=0, current=-70, closed_pnl=3 * MICRO)
    entry = only(arena.late([late]))
    assert entry.decisions[0].skip_reason is not None
    assert entry.decisions[0].skip_reason.code == "late_fill"
    assert (held(arena), arena.portfolio.book(GPT, BTC).bot_lots) == (-500, 500)
    assert arena.portfolio.book(GPT, BTC).bot_realised == 3 * MICRO


def test_two_bots_in_one_asset_are_booked_apart_and_capped_together() -> None:
    arena = arena_of(msgspec.structs.replace(AT_BOTS_PRICE, asset_exposure_caps={"BTC": Decimal(600)}))
    arena.step([bot_event(previous=0, current=500)])
    arena.step([bot_event(previous=0, current=500, bot=QWEN)])
    assert (held(arena), held(arena, QWEN)) == (-500, -100)


def test_with_a_book_an_order_fills_at_the_touch_and_what_lacks_depth_is_gone() -> None:
    arena = arena_of(StrategySettings())
    quote = Quote(BTC, 999_900, 1_000_100, 1_000_000, NOON_MS, bids=((999_900, 300), (999_800, 100)), asks=())
    arena.portfolio.price(quote)
    entry = only(arena.step([bot_event(previous=0, current=500)]))
    trade = entry.trades[0]
    assert (trade.status, trade.lots) == ("partially_filled", 400)
    assert trade.notional == 300 * 999_900 + 100 * 999_800


def test_without_any_price_nothing_is_opened() -> None:
    entry = only(arena_of(StrategySettings()).step([bot_event(previous=0, current=500)]))
    assert entry.decisions[0].skip_reason is not None
    assert entry.decisions[0].skip_reason.code == "price_collar"


def test_funding_is_paid_by_longs_at_a_positive_rate() -> None:
    arena = arena_of()
    arena.step([bot_event(previous=0, current=-500)])
    rate = FundingRate(BTC, 125_000, 1_000_000, NOON_MS)
    entry = only(arena.pay_funding(NOON_MS, [rate]))
    assert entry.funding[0].amount == -6_250
    assert arena.portfolio.book(GPT, BTC).funding == -6_250
    assert arena.pay_funding(NOON_MS, []) == ()


def test_rolling_back_leaves_no_trace() -> None:
    arena = arena_of()
    arena.step([bot_event(previous=0, current=500)])
    before = (dict(arena.portfolio.books), arena.portfolio.equity, arena.portfolio.exposure)
    arena.portfolio.begin()
    arena.step([bot_event(previous=500, current=900)])
    arena.step([bot_event(previous=0, current=900, asset=ETH, price=40_000)])
    arena.portfolio.rollback()
    assert (dict(arena.portfolio.books), arena.portfolio.equity, arena.portfolio.exposure) == before
    assert arena.portfolio.orders_last_minute(NOON_MS) == 1


def test_the_daily_loss_limit_counts_from_midnight_utc() -> None:
    arena = arena_of(msgspec.structs.replace(AT_BOTS_PRICE, daily_loss_limit=Decimal(10)))
    arena.step([bot_event(previous=0, current=500)])
    arena.step([bot_event(previous=500, current=0, price=1_030_000)])
    refused = only(arena.step([bot_event(previous=0, current=100)]))
    assert refused.decisions[0].skip_reason is not None
    assert refused.decisions[0].skip_reason.code == "daily_loss"
    arena.portfolio.turn_day(NOON_MS + 86_400_000)
    allowed = only(arena.step([bot_event(previous=100, current=200)]))
    assert allowed.decisions[0].outcome == "execute"


@pytest.mark.parametrize("minute", [1, 61])
def test_orders_are_limited_by_the_minute(minute: int) -> None:
    arena = arena_of(msgspec.structs.replace(AT_BOTS_PRICE, max_orders_per_minute=1))
    arena.step([bot_event(previous=0, current=500)])
    later = NOON_MS + minute * 1_000
    arena._clock.observe(later)  # type: ignore[attr-defined]
    entry = only(arena.step([bot_event(previous=500, current=900, time_ms=later)]))
    assert entry.decisions[0].outcome == ("skip" if minute == 1 else "execute")
