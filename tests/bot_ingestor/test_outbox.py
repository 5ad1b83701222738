"""Outputs before a sink that fails."""

from __future__ import annotations

import asyncio

from fadearena.bot_ingestor.outbox import Outbox
from fadearena.domain.records import SystemRecord
from tests.bot_ingestor.arena_double import Recorder
from tests.bot_ingestor.virtual_time import run

LINES = [SystemRecord(number, "info", "system", "a line") for number in range(5)]


def test_outputs_are_durable_in_order_when_the_outbox_says_so() -> None:
    async def scenario() -> None:
        sink, troubles = Recorder(), []
        outbox = Outbox(sink, 3, 1.0, lambda failures, _: troubles.append(failures))
        sink.failing = 4
        outbox.put(LINES)
        assert outbox.is_full
        delivering = asyncio.get_running_loop().create_task(outbox.run())
        await outbox.has_room()
        assert len(outbox) < 3
        await outbox.empty()
        assert sink.outputs == LINES
        assert troubles == [1, 2, 3, 4]
        sink.failing = 1
        outbox.put(LINES[:1])
        await asyncio.sleep(0.01)
        assert sink.outputs == LINES
        await outbox.empty()
        assert sink.outputs == [*LINES, LINES[0]]
        delivering.cancel()

    run(scenario())
