"""What a database is made of, as comparable text: every column, constraint, index and comment."""

from __future__ import annotations

from fadearena.persistence.database import connect

_QUERIES = (
    """
    SELECT format('column %s.%s %s null=%s default=%s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
                  NOT a.attnotnull, pg_get_expr(d.adbin, d.adrelid))
    FROM pg_attribute a
    JOIN pg_class c ON c.oid = a.attrelid AND c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE a.attnum > 0 AND NOT a.attisdropped
    """,
    """
    SELECT format('constraint %s %s: %s', r.conrelid::regclass, r.conname, pg_get_constraintdef(r.oid))
    FROM pg_constraint r WHERE r.connamespace = 'public'::regnamespace
    """,
    "SELECT format('index %s', indexdef) FROM pg_indexes WHERE schemaname = 'public'",
    """
    SELECT format('comment %s %s: %s', c.relname, a.attname, d.description)
    FROM pg_description d
    JOIN pg_class c ON c.oid = d.objoid AND c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.objsubid
    """,
)


async def catalogue(url: str) -> set[str]:
    """Lines that together describe the schema; Alembic's own table is left out."""
    connection = await connect(url)
    try:
        lines = [row[0] for query in _QUERIES for row in await connection.fetch(query)]
    finally:
        await connection.close()
    return {line for line in lines if "alembic_version" not in line}
