"""What Alembic runs to render migrations as SQL text; ``migrations.upgrade`` sends that text itself."""

from __future__ import annotations

from alembic import context

context.configure(dialect_name="postgresql", literal_binds=True)
context.run_migrations()
