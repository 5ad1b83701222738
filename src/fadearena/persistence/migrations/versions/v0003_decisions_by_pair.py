"""An index for the decisions of one bot on one asset: to step from one to the next however rare the pair is."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.execute(
        'CREATE INDEX "ix_StrategyDecision_botId_asset_timestamp" ON "StrategyDecision" ("botId", "asset", "timestamp")'
    )
