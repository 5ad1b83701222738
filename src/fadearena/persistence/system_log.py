"""The system's own log in the table "SystemEvent". Its errors are told to whoever listens, in the same transaction."""

from __future__ import annotations

import msgspec

from fadearena.domain.identifiers import derived_uuid7
from fadearena.domain.records import SystemRecord
from fadearena.persistence.database import Connection
from fadearena.persistence.feed_items import FeedItem
from fadearena.persistence.readings import time_of


async def log(connection: Connection, *records: SystemRecord) -> None:
    """Write lines within the caller's transaction; the same line of the same millisecond is kept, and told, once."""
    fresh = [record for record in records if await _write(connection, record)]
    for record in fresh:
        if record.level == "error":
            await tell(connection, _item(record))


async def tell(connection: Connection, item: FeedItem) -> None:
    """Give an item of the live feed its number, within the caller's transaction, and ring."""
    seq = await connection.fetchval('UPDATE "FeedCounter" SET "seq" = "seq" + 1 RETURNING "seq"')
    await connection.execute(
        'INSERT INTO "FeedItem" ("seq", "type", "data", "createdAt") VALUES ($1, $2, $3, to_timestamp($4 / 1000.0))',
        seq,
        item.type,
        bytes(item.data).decode(),
        float(item.time_ms),
    )
    await connection.execute("SELECT pg_notify('fadearena_feed', $1)", str(seq))


async def _write(connection: Connection, record: SystemRecord) -> bool:
    """False where it is there already."""
    written = await connection.fetchval(
        """
        INSERT INTO "SystemEvent" ("id", "timestamp", "level", "category", "message", "details")
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT ("id") DO NOTHING RETURNING true
        """,
        _id(record),
        time_of(record.time_ms),
        record.level,
        record.category,
        record.message,
        record.details.decode(),
    )
    return written is True


def _item(record: SystemRecord) -> FeedItem:
    data = {
        "id": str(_id(record)),
        "timestamp": record.time_ms,
        "level": record.level,
        "category": record.category,
        "message": record.message,
    }
    return FeedItem("error", record.time_ms, msgspec.Raw(msgspec.json.encode(data)))


def _id(record: SystemRecord) -> object:
    details = record.details.decode()
    return derived_uuid7(record.time_ms, "system", record.level, record.category, record.message, details)
