"""What fading each bot brought, snapshot by snapshot; and indexes for an asset's decisions and for positions' turns."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"

_STATEMENTS = (
    """ALTER TABLE "EquitySnapshot" ADD COLUMN "botFadePnl" JSONB DEFAULT '{}'::jsonb NOT NULL""",
    'ALTER TABLE "EquitySnapshot" ADD COLUMN "fadeFees" NUMERIC',
    """COMMENT ON COLUMN "EquitySnapshot"."botFadePnl"
       IS 'botId to USD: realised and unrealised with funding, after fees'""",
    """COMMENT ON COLUMN "EquitySnapshot"."fadeFees" IS 'USD paid so far, null where it was not noted'""",
    'CREATE INDEX "ix_StrategyDecision_asset_timestamp" ON "StrategyDecision" ("asset", "timestamp")',
    """CREATE INDEX "ix_BotTradeEvent_turns" ON "BotTradeEvent" ("botId", "timestamp")
       WHERE "previousSize" * "currentSize" <= 0""",
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)
