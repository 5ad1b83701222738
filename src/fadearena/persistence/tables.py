"""Every table of the database, as SQLAlchemy Core metadata: the one place that names columns, checks and indexes.

Nothing comes in; ``METADATA`` and one constant a table go out. It never connects to anything; migrations are held
against it by a test, and queries elsewhere in this room are written against these names.

Names are quoted camelCase because people and BI tools query them. Money, price and size are NUMERIC in USD and base
units; decimal numbers inside JSON are text. What is only ever read back whole is JSON, not JSONB: it costs a fraction
to write and keeps every byte. Enumerations are text with a named CHECK. Tables are plain, not partitioned:
docs/adr/0002-plain-tables.md says why.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    Numeric,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSON, JSONB
from sqlalchemy.schema import SchemaItem
from sqlalchemy.sql.elements import TextClause
from sqlalchemy.types import TypeEngine

METADATA = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

TIME = DateTime(timezone=True)


def _must(name: str, kind: TypeEngine[Any], *more: SchemaItem, **options: Any) -> Column[Any]:
    return Column(name, kind, *more, nullable=False, **options)


def _may(name: str, kind: TypeEngine[Any], *more: SchemaItem, **options: Any) -> Column[Any]:
    return Column(name, kind, *more, nullable=True, **options)


def _numbers(*names: str) -> list[Column[Any]]:
    return [_must(name, Numeric()) for name in names]


def _present(column: str) -> TextClause:
    return text(f'"{column}" IS NOT NULL')


def _id() -> Column[Any]:
    return Column("id", Uuid(), primary_key=True)


def _one_of(column: str, *words: str) -> CheckConstraint:
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f'"{column}" IN ({listed})', name=column)


def _only_row(*, key: bool = False) -> Column[Any]:
    """A column that keeps a table at one row."""
    check = CheckConstraint('"onlyRow"', name="onlyRow")
    return Column(
        "onlyRow",
        Boolean(),
        check,
        nullable=False,
        primary_key=key,
        unique=not key or None,
        server_default=text("true"),
    )


def _now(name: str) -> Column[Any]:
    return _must(name, TIME, server_default=func.now())


BOT_TRADE_EVENT = Table(
    "BotTradeEvent",
    METADATA,
    _id(),
    _must("botId", Text()),
    _must("walletAddress", Text()),
    _must("timestamp", TIME),
    _must("eventType", Text()),
    _must("asset", Text()),
    _must("side", Text()),
    *_numbers("size", "price", "notional"),
    *_numbers("previousSize", "previousNotional", "currentSize", "currentNotional"),
    _may("hyperliquidFillHash", Text()),
    _must("rawData", JSONB()),
    _now("createdAt"),
    _must("seq", BigInteger(), comment="the journal entry it came in with: arrival order"),
    _must("sizeDecimals", SmallInteger()),
    _must("orderId", BigInteger(), comment="the bot's own order, 0 for a position change"),
    _may("tid", BigInteger(), comment="the exchange's trade id, null for a position change"),
    _must("closedPnl", Numeric()),
    _must("fee", Numeric()),
    _one_of("eventType", "fill", "position-change"),
    _one_of("side", "long", "short"),
    CheckConstraint('"size" > 0', name="size"),
    Index("ix_BotTradeEvent_botId_timestamp", "botId", "timestamp"),
    Index("ix_BotTradeEvent_timestamp", "timestamp"),
    Index("ix_BotTradeEvent_asset", "asset"),
    Index(
        "ix_BotTradeEvent_turns",
        "botId",
        "timestamp",
        postgresql_where=text('"previousSize" * "currentSize" <= 0'),
    ),
    UniqueConstraint("walletAddress", "timestamp", "asset", "tid", "side", name="uq_BotTradeEvent_fill"),
)

STRATEGY_DECISION = Table(
    "StrategyDecision",
    METADATA,
    _id(),
    _must("botTradeEventId", Uuid(), ForeignKey("BotTradeEvent.id")),
    _must("timestamp", TIME),
    _must("decision", Text()),
    _may("reason", Text(), comment="code: sentence"),
    _may("skipReason", Text(), comment="code: sentence"),
    _must("riskChecks", JSONB()),
    _must("settingsSnapshot", JSONB()),
    _must("botId", Text()),
    _must("asset", Text()),
    _must("sizeDecimals", SmallInteger()),
    _must("occasion", Text()),
    _may("reasonCode", Text()),
    _may("skipCode", Text()),
    _must("inputs", JSON()),
    *_numbers("targetSize", "deltaSize", "orderSize"),
    _one_of("decision", "execute", "skip"),
    CheckConstraint('("decision" = \'skip\') = ("skipCode" IS NOT NULL)', name="skipCode"),
    Index("ix_StrategyDecision_botTradeEventId", "botTradeEventId"),
    Index("ix_StrategyDecision_timestamp", "timestamp"),
    Index("ix_StrategyDecision_decision", "decision"),
    Index("ix_StrategyDecision_asset_timestamp", "asset", "timestamp"),
    Index("ix_StrategyDecision_botId_asset_timestamp", "botId", "asset", "timestamp"),
    Index("ix_StrategyDecision_botId_timestamp", "botId", "timestamp"),
    Index("ix_StrategyDecision_skipCode_timestamp", "skipCode", "timestamp", postgresql_where=_present("skipCode")),
)

MY_TRADE = Table(
    "MyTrade",
    METADATA,
    _id(),
    _may("botTradeEventId", Uuid(), ForeignKey("BotTradeEvent.id")),
    _may("strategyDecisionId", Uuid(), ForeignKey("StrategyDecision.id")),
    _may("botId", Text()),
    _must("timestamp", TIME),
    _must("asset", Text()),
    _must("side", Text()),
    *_numbers("size", "price", "notional"),
    _must("orderRequest", JSONB()),
    _may("orderResult", JSONB(none_as_null=True)),
    _may("hyperliquidOrderId", Text()),
    _must("cloid", Text()),
    _must("status", Text()),
    _must("fee", Numeric()),
    _may("pnl", Numeric()),
    _may("closedAt", TIME),
    _must("simulated", Boolean()),
    _must("sizeDecimals", SmallInteger()),
    _one_of("side", "long", "short"),
    CheckConstraint("\"cloid\" ~ '^0x[0-9a-f]{32}$'", name="cloid"),
    UniqueConstraint("cloid"),
    Index("ix_MyTrade_botId_timestamp", "botId", "timestamp"),
    Index("ix_MyTrade_timestamp", "timestamp"),
    Index("ix_MyTrade_asset", "asset"),
    Index("ix_MyTrade_strategyDecisionId", "strategyDecisionId"),
    Index("ix_MyTrade_pnl", "timestamp", postgresql_include=["pnl", "botId"], postgresql_where=_present("pnl")),
    Index("ix_MyTrade_unresolved", "timestamp", postgresql_where=text('"orderResult" IS NULL')),
)

FUNDING_PAYMENT = Table(
    "FundingPayment",
    METADATA,
    _must("botId", Text()),
    _must("asset", Text()),
    _must("timestamp", TIME),
    _must("sizeDecimals", SmallInteger()),
    _must("size", Numeric()),
    _must("rate", Numeric(), comment="of one hour; 0.0000125 is 12.5 millionths"),
    _must("oraclePrice", Numeric()),
    _must("amount", Numeric(), comment="USD, positive when received"),
    PrimaryKeyConstraint("botId", "asset", "timestamp"),
    Index("ix_FundingPayment_timestamp", "timestamp"),
)

BOOK = Table(
    "Book",
    METADATA,
    _must("botId", Text()),
    _must("asset", Text()),
    _must("sizeDecimals", SmallInteger()),
    *_numbers("botSize", "botCost", "baselineSize", "anchorPrice", "size", "cost", "inFlightBuy", "inFlightSell"),
    *_numbers("realised", "fees", "funding", "botRealised", "botFees", "botVolume", "volume", "lastPrice"),
    *[_must(name, BigInteger()) for name in ("botTrades", "botCloses", "botWins", "trades", "closes", "wins")],
    _must("lastEventId", Text()),
    _may("lastEventAt", TIME),
    PrimaryKeyConstraint("botId", "asset"),
)

JOURNAL_ENTRY = Table(
    "JournalEntry",
    METADATA,
    Column("seq", BigInteger(), primary_key=True, autoincrement=False),
    _must("batch", Uuid(), comment="of the append it came in with"),
    _must("controlsVersion", BigInteger()),
    _may("eventId", Uuid()),
    _must("decisionIds", ARRAY(Uuid())),
    _must("trades", JSON(), comment="our orders as they stood after this entry; MyTrade holds only their last state"),
    _must("books", JSON(), comment="the books after this entry; Book holds only their last state"),
    _must("funding", JSON()),
    _now("createdAt"),
)

SETTINGS = Table(
    "Settings",
    METADATA,
    _id(),
    _must("mode", Text()),
    _must("defaultLeverageMultiplier", Numeric()),
    _may("globalExposureCap", Numeric()),
    _may("dailyLossLimit", Numeric()),
    _must("botConfigs", JSONB()),
    _must("assetExposureCaps", JSONB()),
    _must("more", JSONB(), comment="the settings that have no column of their own"),
    _must("version", BigInteger()),
    _must("updatedAt", TIME),
    _must("updatedBy", Text()),
    _only_row(),
    _one_of("mode", "simulation", "live"),
)

SETTINGS_VERSION = Table(
    "SettingsVersion",
    METADATA,
    Column("version", BigInteger(), primary_key=True, autoincrement=False),
    _must("settings", JSONB()),
    _must("updatedAt", TIME),
    _must("updatedBy", Text()),
)

BOT = Table(
    "Bot",
    METADATA,
    Column("id", Text(), primary_key=True),
    _must("name", Text()),
    _must("walletAddress", Text()),
    _may("startingEquity", Numeric()),
    _must("addedAt", TIME),
    _may("removedAt", TIME),
    CheckConstraint("\"id\" ~ '^[a-z0-9.-]{1,64}$'", name="id"),
    CheckConstraint("\"walletAddress\" ~ '^0x[0-9a-f]{40}$'", name="walletAddress"),
    Index("uq_Bot_walletAddress", "walletAddress", unique=True, postgresql_where=text('"removedAt" IS NULL')),
)

CONTROL = Table(
    "Control",
    METADATA,
    _must("version", BigInteger(), comment="rises with every change of settings, bots or kill switch"),
    _must("killSwitchEpoch", BigInteger()),
    _must("updatedAt", TIME),
    _only_row(key=True),
)

ACCESS_TOKEN = Table(
    "AccessToken",
    METADATA,
    _id(),
    _must("kind", Text()),
    _must("hash", LargeBinary(), comment="SHA-256 of the token"),
    _must("createdAt", TIME),
    _may("expiresAt", TIME),
    _may("revokedAt", TIME),
    _may("lastUsedAt", TIME),
    _one_of("kind", "access", "session", "login"),
    UniqueConstraint("hash"),
)

SYSTEM_STATUS = Table(
    "SystemStatus",
    METADATA,
    _id(),
    _must("killSwitch", Boolean()),
    _may("killSwitchActivatedAt", TIME),
    _may("killSwitchDeactivatedAt", TIME),
    _must("hyperliquidConnected", Boolean()),
    _may("lastHyperliquidCheck", TIME),
    _may("lastEventTime", TIME),
    _may("lastOrderTime", TIME),
    _may("startedAt", TIME),
    _must("updatedAt", TIME),
    _may("killSwitchReason", Text()),
    _may("killSwitchBy", Text()),
    _may("clockTime", TIME, comment="the trader's own clock, which a replay sets"),
    _may("heartbeatAt", TIME, comment="when the trader last wrote this row, by the wall clock"),
    _must("armed", Boolean(), server_default=text("false")),
    _must("details", JSONB(), server_default=text("'{}'::jsonb")),
    _only_row(),
)

EQUITY_SNAPSHOT = Table(
    "EquitySnapshot",
    METADATA,
    _id(),
    _must("timestamp", TIME),
    _must("botsAggregate", Numeric()),
    _must("fadeArena", Numeric()),
    _must("botEquities", JSONB()),
    _must(
        "botFadePnl",
        JSONB(),
        server_default=text("'{}'::jsonb"),
        comment="botId to USD: realised and unrealised with funding, after fees",
    ),
    _may("fadeFees", Numeric(), comment="USD paid so far, null where it was not noted"),
    Index("ix_EquitySnapshot_timestamp", "timestamp"),
)

SYSTEM_EVENT = Table(
    "SystemEvent",
    METADATA,
    _id(),
    _must("timestamp", TIME),
    _must("level", Text()),
    _must("category", Text()),
    _must("message", Text()),
    _must("details", JSONB()),
    _one_of("level", "info", "warning", "error"),
    _one_of("category", "api", "trading", "system", "config"),
    Index("ix_SystemEvent_timestamp", "timestamp"),
    Index("ix_SystemEvent_level", "level"),
    Index("ix_SystemEvent_category", "category"),
)

FILL_RANGE = Table(
    "FillRange",
    METADATA,
    _id(),
    _must("wallet", Text()),
    _may("asset", Text(), comment="null: the whole wallet"),
    _must("fromTime", TIME),
    _must("toTime", TIME),
    _must("state", Text()),
    _must("detail", Text()),
    _must("createdAt", TIME),
    _must("updatedAt", TIME),
    _one_of("state", "complete", "gap", "repaired"),
    CheckConstraint('"fromTime" <= "toTime"', name="order"),
    Index("ix_FillRange_wallet_fromTime", "wallet", "fromTime"),
)

BOT_ACCOUNT = Table(
    "BotAccount",
    METADATA,
    Column("botId", Text(), primary_key=True),
    _must("equity", Numeric()),
    _must("at", TIME),
    _must("startingEquity", Numeric(), comment="equity when first seen"),
    _must("startingAt", TIME),
    _may("auditedAt", TIME),
    _may("audit", JSONB(none_as_null=True), comment="the exchange's last statement of the account"),
)

ASSET_MARK = Table(
    "AssetMark",
    METADATA,
    Column("asset", Text(), primary_key=True),
    _must("mark", Numeric()),
    _must("at", TIME),
)

ASSET_PRICE = Table(
    "AssetPrice",
    METADATA,
    _must("asset", Text()),
    _must("timestamp", TIME, comment="a full five minutes of the trader's own clock"),
    _must("mark", Numeric(), comment="the first mark seen from then on"),
    PrimaryKeyConstraint("asset", "timestamp"),
)

FEED_ITEM = Table(
    "FeedItem",
    METADATA,
    Column("seq", BigInteger(), primary_key=True, autoincrement=False),
    _must("type", Text()),
    _must("data", JSON()),
    _must("createdAt", TIME),
)

FEED_COUNTER = Table(
    "FeedCounter",
    METADATA,
    _must("seq", BigInteger(), comment="the last FeedItem"),
    _must("entrySeq", BigInteger(), comment="the last JournalEntry"),
    _only_row(key=True),
)

ONE_ROW_TABLES = (SETTINGS, SYSTEM_STATUS, CONTROL, FEED_COUNTER)
"""Tables that hold exactly one row, seeded by the first migration."""
