"""One record with all around it: what led to it, what came of it, what lies beside it, and how often each reason."""

from __future__ import annotations

import uuid
from collections import Counter

import msgspec

from fadearena.domain.decisions import SKIP_REASONS, Reason
from fadearena.domain.records import Entry
from fadearena.persistence.journal import PostgresJournal
from fadearena.persistence.views import Reader
from fadearena.persistence.views.decisions import DecisionFilter, decision, decision_counts, decisions
from fadearena.persistence.views.paging import PageWish, Totals
from fadearena.persistence.views.trades import TradeFilter, trade, trades
from tests.persistence.entries import BTC, GPT, START_MS, History, executed, skipped


async def fill(journal: PostgresJournal, count: int = 60) -> list[Entry]:
    entries = History().entries(count)
    await journal.append(entries, await journal.controls_version())
    return entries


async def test_our_order_opens_with_the_event_it_answers_and_what_was_decided_on_it(
    journal: PostgresJournal, reader: Reader
) -> None:
    await fill(journal)
    listed = (await trades(reader, Totals(), TradeFilter(type="mine"), PageWish(limit=1))).trades[0]
    found = await trade(reader, uuid.UUID(listed.id))
    assert found is not None
    assert found.trade == listed
    assert found.order is not None
    assert (found.order.id, found.order.price) == (listed.id, listed.price)
    assert found.event is not None
    assert [one.id for one in found.decisions] == [listed.decision_id]
    assert found.decisions[0].event_id == found.event.id


async def test_a_bots_fill_opens_with_itself_as_the_event_and_no_order(
    journal: PostgresJournal, reader: Reader
) -> None:
    await fill(journal)
    listed = (await trades(reader, Totals(), TradeFilter(type="bot"), PageWish(limit=1))).trades[0]
    found = await trade(reader, uuid.UUID(listed.id))
    assert found is not None
    assert (found.trade, found.order) == (listed, None)
    assert found.event is not None
    assert found.event.id == listed.id
    assert {one.event_id for one in found.decisions} == {listed.id}


async def test_a_manual_order_opens_without_event_and_decisions(journal: PostgresJournal, reader: Reader) -> None:
    entries = await fill(journal)
    ours = next(one for entry in entries for one in entry.trades)
    manual = msgspec.structs.replace(
        ours, id=uuid.uuid4(), cloid="0x" + "ab" * 16, event_id=None, decision_id=None, bot_id=None
    )
    await journal.append([Entry(None, (), (manual,), ())], await journal.controls_version())
    found = await trade(reader, manual.id)
    assert found is not None
    assert (found.trade.decision_id, found.event, found.decisions) == (None, None, [])


async def test_a_trade_that_is_not_there_is_none(reader: Reader) -> None:
    assert await trade(reader, uuid.uuid4()) is None


async def test_the_neighbours_of_a_decision_lead_through_all_of_its_bot_and_asset(
    journal: PostgresJournal, reader: Reader
) -> None:
    entries = await fill(journal)
    made = [d for entry in entries for d in entry.decisions if (d.bot_id, d.asset) == (GPT, BTC)]
    expected = [str(d.id) for d in sorted(made, key=lambda d: (d.time_ms, d.id))]
    walked: list[str] = []
    at: str | None = expected[0]
    while at is not None:
        one = await decision(reader, uuid.UUID(at))
        assert one is not None
        assert one.previous_id == (walked[-1] if walked else None)
        assert one.size_decimals == BTC.size_decimals
        walked.append(at)
        at = one.next_id
    assert walked == expected


async def test_decisions_taken_together_name_the_one_that_acted_and_it_names_them(
    journal: PostgresJournal, reader: Reader
) -> None:
    history = History()
    pieces = [msgspec.structs.replace(history.event(GPT, BTC), time_ms=START_MS) for _ in range(3)]
    acted = executed(pieces[-1], 5)
    together = Reason("coalesced", f"{SKIP_REASONS['coalesced']}: decision {acted.id}")
    waited = [msgspec.structs.replace(skipped(piece), skip_reason=together) for piece in pieces[:2]]
    other = Reason("coalesced", f"{SKIP_REASONS['coalesced']}: decision {uuid.uuid4()}")
    event = msgspec.structs.replace(history.event(GPT, BTC), time_ms=START_MS)
    stranger = msgspec.structs.replace(skipped(event), skip_reason=other)
    entries = [Entry(event, (stranger,), (), ())]
    entries += [Entry(piece, (one,), (), ()) for piece, one in zip(pieces, (*waited, acted), strict=True)]
    await journal.append(entries, await journal.controls_version())
    leader = await decision(reader, acted.id)
    assert leader is not None
    assert leader.leader_id is None
    assert {one.id for one in leader.followers} == {str(one.id) for one in waited}
    for one in waited:
        follower = await decision(reader, one.id)
        assert follower is not None
        assert (follower.leader_id, follower.followers) == (str(acted.id), [])


async def test_counts_by_reason_are_those_of_the_decisions_themselves(journal: PostgresJournal, reader: Reader) -> None:
    entries = await fill(journal)
    made = [d for entry in entries for d in entry.decisions if d.bot_id == GPT]
    counts = await decision_counts(reader, Totals(), DecisionFilter(bot_id=GPT))
    by_code = Counter(d.skip_reason.code for d in made if d.skip_reason is not None)
    assert counts.executed == sum(d.outcome == "execute" for d in made) > 0
    assert {one.code: one.count for one in counts.by_skip_code} == by_code
    assert counts.skipped == by_code.total() > 0
    assert counts.by_skip_code[0].sentence == SKIP_REASONS["on_target"]
    assert (counts.counted, counts.total, counts.total_is_estimate) == (len(made), len(made), False)
    assert counts.counted_since is None
    none = await decision_counts(reader, Totals(), DecisionFilter(end_ms=1))
    assert (none.executed, none.skipped, none.by_skip_code) == (0, 0, [])


async def test_of_very_many_decisions_only_the_newest_are_counted_and_it_says_since_when(
    journal: PostgresJournal, reader: Reader
) -> None:
    await fill(journal)
    counts = await decision_counts(reader, Totals(), DecisionFilter(), counted_max=10)
    newest = await decisions(reader, Totals(), DecisionFilter(), PageWish(limit=10))
    assert counts.counted == counts.executed + counts.skipped == 10
    assert counts.total > 10
    assert counts.counted_since == newest.decisions[-1].timestamp
