"""Exported rows as Parquet. Amounts stay exact: decimals of 38 digits, 12 of them behind the point.

In: batches of rows; out: bytes of one file, zstd-compressed. Needs pyarrow, of the extra ``research``.
"""

from __future__ import annotations

from datetime import datetime
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Any, BinaryIO
from uuid import UUID

from fadearena.cli.failures import CommandError, ExitCode
from fadearena.persistence.database import Connection
from fadearena.persistence.export import ExportFilter, Subject, batches, column_types

try:
    import pyarrow as pa
    import pyarrow.parquet as pq
except ImportError as missing:
    _TEXT = "Parquet needs pyarrow: install fadearena[research], or export CSV or JSON Lines"
    raise CommandError(_TEXT, ExitCode.CONFIGURATION) from missing

DIGITS = 38
SCALE = 12
_STEP = Decimal(1).scaleb(-SCALE)
_EXACT = Context(prec=DIGITS, rounding=ROUND_HALF_EVEN)


async def write_parquet(connection: Connection, subject: Subject, wanted: ExportFilter, file: BinaryIO) -> int:
    """Writes the rows and returns how many there are."""
    schema = pa.schema([(name, _arrow_type(kind)) for name, kind in column_types(subject).items()])
    rows = 0
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        async for batch in batches(connection, subject, wanted):
            columns = [[_value(row[name]) for row in batch] for name in schema.names]
            writer.write_batch(pa.record_batch(columns, schema=schema))
            rows += len(batch)
    return rows


def _arrow_type(kind: type) -> Any:
    if kind is Decimal:
        return pa.decimal128(DIGITS, SCALE)
    if kind is datetime:
        return pa.timestamp("us", tz="UTC")
    return {bool: pa.bool_(), int: pa.int64()}.get(kind, pa.string())


def _value(value: object) -> object:
    if isinstance(value, Decimal):
        return value.quantize(_STEP, context=_EXACT)
    return str(value) if isinstance(value, UUID) else value
