"""Laws of detection: whatever the way of the fills to us, each is told once, in order, and every gap ends repaired.

The exchange of these tests executes a random history. Its frames are delivered, lost, repeated, delayed, shuffled or
split; its answers to backfills and audits are truthful as of the moment of the answer.
"""

from __future__ import annotations

from itertools import pairwise
from random import Random
from typing import ClassVar, Literal

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from fadearena.bot_ingestor.outputs import BackfillRequest, LateFills, Step
from fadearena.domain.events import BotTradeEvent, HistoryState
from fadearena.domain.identifiers import EventId
from fadearena.domain.market import Asset
from fadearena.domain.records import FillRange
from tests.bot_ingestor.factories import BTC, ETH, SOL, START_MS, fill, history, late, released, view

ASSETS = (BTC, ETH, SOL)
ROUNDS_MAX = 20


class Deliveries(RuleBasedStateMachine):
    """Positions are visited again and again, so a lost round trip can hide: it then comes as late fills.

    Frames that are not lost come in their order. Attributes vary the theme; where frames are out of order and fills go
    round in circles within one millisecond, no one could tell where the circle begins.
    """

    revisits: ClassVar[Literal["always", "later", "never"]] = "always"
    fates: ClassVar[tuple[str, ...]] = ("sent", "sent", "lost", "twice")
    witness: ClassVar[Literal["none", "sometimes", "always"]] = "none"
    """Whether public trades are seen: at once and all of them, or some of them, whenever."""
    patient: ClassVar[bool] = True
    """Whether what is held waits for as long as it takes."""

    @initialize()
    def begin(self) -> None:
        self.history = history()
        self.executed: list[BotTradeEvent] = []
        self.positions = dict.fromkeys(ASSETS, 0)
        self.visited = {asset: {0} for asset in ASSETS}
        self.time_ms = 1
        self.now_ms = 0
        self.steps: list[Step] = []
        self.requests: list[BackfillRequest] = []
        self.delayed: list[list[BotTradeEvent]] = []
        self.unsent: list[BotTradeEvent] = []
        self.awaited: dict[EventId, BotTradeEvent] = {}

    def say(self, steps: list[Step]) -> None:
        self.now_ms += 1
        self.steps += steps
        for event in released(steps) + late(steps):
            self.awaited.pop(event.id, None)
        for event in released(steps) if self.patient else ():
            assert all(one.asset != event.asset or one.time_ms >= event.time_ms for one in self.awaited.values())
        self.requests += [step for step in steps if isinstance(step, BackfillRequest)]

    @rule(asset=st.sampled_from(ASSETS), move=st.integers(-3, 3).filter(bool), later_ms=st.sampled_from([0, 0, 1, 20]))
    def execute(self, asset: Asset, move: int, later_ms: int) -> None:
        self.time_ms += later_ms
        if later_ms:
            self.visited = {each: {lots} for each, lots in self.positions.items()}
        before = self.positions[asset]
        # 3^n steps never visit a position twice: a break is then visible at once and there is but one order
        size = 3 ** len(self.executed) * (1 if move > 0 else -1) if self.revisits == "never" else move
        if self.revisits == "later" and before + size in self.visited[asset]:
            self.time_ms += 1
            self.visited = {each: {lots} for each, lots in self.positions.items()}
        self.positions[asset] = before + size
        self.visited[asset].add(before + size)
        event = fill(self.time_ms, before, before + size, len(self.executed) + 1, asset=asset)
        self.executed.append(event)
        self.unsent.append(event)
        if self.witness == "always":
            self.expect(event)

    def expect(self, event: BotTradeEvent) -> None:
        if self.history.expect(event.id, event.asset.name, event.time_ms, self.now_ms):
            self.awaited[event.id] = event

    @precondition(lambda self: self.witness == "sometimes" and self.executed)
    @rule(dice=st.randoms(), newest=st.booleans())
    def trade(self, dice: Random, newest: bool) -> None:
        self.expect(self.executed[-1] if newest else dice.choice(self.executed))

    @precondition(lambda self: self.witness == "sometimes")
    @rule(asset=st.sampled_from(ASSETS), tid=st.integers(-9, -1))
    def invented_trade(self, asset: Asset, tid: int) -> None:
        made_up = fill(self.time_ms, 0, 1, tid, asset=asset)
        self.history.expect(made_up.id, asset.name, made_up.time_ms, self.now_ms)

    @precondition(lambda self: self.witness != "none")
    @rule(patience=st.integers(0, 5))
    def time_passes(self, patience: int) -> None:
        self.say(self.history.fall_due(self.now_ms - patience))

    @precondition(lambda self: not self.patient and self.history.holding)
    @rule(dice=st.randoms())
    def lose_patience(self, dice: Random) -> None:
        name = dice.choice(self.history.holding)
        self.say(self.history.let_past(name, self.now_ms))
        assert name not in self.history.holding

    @precondition(lambda self: self.unsent)
    @rule(chance=st.integers(0, 11), dice=st.randoms())
    def frame(self, chance: int, dice: Random) -> None:
        fate = self.fates[chance % len(self.fates)]
        events, self.unsent = self.unsent, []
        if fate == "shuffled":
            dice.shuffle(events)
        if fate == "delayed":
            self.delayed.append(events)
        elif fate != "lost":
            self.say(self.history.offer(events * (2 if fate == "twice" else 1), "live", self.now_ms))

    @precondition(lambda self: self.delayed)
    @rule(dice=st.randoms())
    def delayed_frame(self, dice: Random) -> None:
        index = dice.randrange(len(self.delayed))
        self.say(self.history.offer(self.delayed.pop(index), "live", self.now_ms))

    @rule(count=st.integers(1, 20))
    def snapshot(self, count: int) -> None:
        rows = self.executed[-count:]
        self.say(self.history.offer(rows[::-1] if "shuffled" in self.fates else rows, "snapshot", self.now_ms))

    @rule()
    def poll(self) -> None:
        self.answer(self.history.backfill_from_ms, START_MS + self.time_ms)

    @precondition(lambda self: self.requests)
    @rule()
    def serve(self) -> None:
        request = self.requests.pop(0)
        self.answer(request.from_ms, request.to_ms)

    @rule()
    def audit(self) -> None:
        self.time_ms += 2
        stated = {asset.name: lots for asset, lots in self.positions.items()}
        self.say(self.history.audited(view(self.time_ms - 1, **stated), self.now_ms))

    def answer(self, from_ms: int, to_ms: int) -> None:
        rows = [event for event in self.executed if from_ms <= event.time_ms]
        self.say(self.history.offer(rows, "backfill", self.now_ms))
        self.say(self.history.answered(from_ms, to_ms, self.now_ms, at_once=True))

    @invariant()
    def nothing_is_told_twice_or_invented(self) -> None:
        told = [event.id for event in self.told_fills()]
        assert len(told) == len(set(told))
        assert set(told) <= {event.id for event in self.executed}

    @invariant()
    def what_is_released_is_an_unbroken_chain_in_order_of_time(self) -> None:
        for asset in ASSETS:
            events = [event for event in released(self.steps) if event.asset == asset]
            assert not events or events[0].previous_lots == 0
            assert all(a.current_lots == b.previous_lots and a.time_ms <= b.time_ms for a, b in pairwise(events))

    @invariant()
    def what_is_said_of_completeness_is_so(self) -> None:
        states = {step.asset_name: step.complete for step in self.steps if isinstance(step, HistoryState)}
        assert all(states.values()) == self.history.is_complete

    @invariant()
    def the_watermark_passes_nothing_untold(self) -> None:
        told = {event.id for event in released(self.steps) + late(self.steps)}
        untold = [event.time_ms for event in self.executed if event.id not in told]
        assert self.history.watermark_ms < min(untold, default=START_MS + self.time_ms)

    def teardown(self) -> None:
        self.time_ms += 10
        self.say(self.history.fall_due(self.now_ms))
        for _ in range(ROUNDS_MAX):
            self.poll()
            while self.requests:
                self.serve()
            self.audit()
            if not self.requests and self.history.is_complete:
                break
        self.everything_is_told()

    def told_fills(self) -> list[BotTradeEvent]:
        """What was told, but for what stands in for fills that were missing when patience was lost."""
        told = released(self.steps) + late(self.steps)
        return [event for event in told if self.patient or event.event_type == "fill"]

    def everything_is_told(self) -> None:
        assert {event.id for event in self.told_fills()} == {event.id for event in self.executed}
        for asset in ASSETS:
            events = [event for event in released(self.steps) if event.asset == asset]
            assert (events[-1].current_lots if events else 0) == self.positions[asset]
        if self.patient and (self.revisits == "never" or self.witness == "always"):
            for asset in ASSETS:
                mine = [event for event in self.executed if event.asset == asset]
                assert [event for event in released(self.steps) if event.asset == asset] == mine
            assert not [step for step in self.steps if isinstance(step, LateFills)]
        rows = {(row.asset_name, row.from_ms): row for row in self.steps if isinstance(row, FillRange)}
        assert all(row.state != "gap" for row in rows.values())
        complete = rows[None, START_MS]
        assert complete.to_ms == self.history.watermark_ms
        assert complete.to_ms >= max((event.time_ms for event in self.executed), default=START_MS)
        states = {step.asset_name: step.complete for step in self.steps if isinstance(step, HistoryState)}
        assert all(states.values())


class DisorderedDeliveries(Deliveries):
    """Frames also come late or shuffled."""

    revisits: ClassVar[Literal["always", "later", "never"]] = "later"
    fates = ("sent", "lost", "twice", "delayed", "shuffled", "sent")


class DeliveriesWithoutRevisits(DisorderedDeliveries):
    """No position is held twice: then what is released is the history itself, exactly."""

    revisits = "never"


class WitnessedDeliveries(Deliveries):
    """Whatever frames are lost, public trades name every fill: then what is released is the history itself, exactly,
    round trips that no frame told included.
    """

    witness = "always"


class HalfWitnessedDeliveries(DisorderedDeliveries):
    """Trades come, too, or do not, sooner or later, once or again, and some name fills that never were."""

    witness = "sometimes"


class ImpatientDeliveries(DisorderedDeliveries):
    """What is held is let past now and then, so that exits go on: each fill is told all the same, and only once."""

    witness = "sometimes"
    patient = False


OFTEN = settings(max_examples=120, stateful_step_count=40, deadline=None)
TestDeliveries = Deliveries.TestCase
TestDeliveries.settings = OFTEN
TestDisorderedDeliveries = DisorderedDeliveries.TestCase
TestDisorderedDeliveries.settings = OFTEN
TestDeliveriesWithoutRevisits = DeliveriesWithoutRevisits.TestCase
TestDeliveriesWithoutRevisits.settings = OFTEN
TestWitnessedDeliveries = WitnessedDeliveries.TestCase
TestWitnessedDeliveries.settings = OFTEN
TestHalfWitnessedDeliveries = HalfWitnessedDeliveries.TestCase
TestHalfWitnessedDeliveries.settings = OFTEN
TestImpatientDeliveries = ImpatientDeliveries.TestCase
TestImpatientDeliveries.settings = OFTEN
