-- The first tables, and the rows a fresh installation begins with. Frozen: later changes are later migrations.

CREATE TABLE "AssetMark" (
  "asset" TEXT NOT NULL,
  "mark" NUMERIC NOT NULL,
  "at" TIMESTAMPTZ NOT NULL,
  CONSTRAINT "pk_AssetMark" PRIMARY KEY ("asset")
);

CREATE TABLE "AssetPrice" (
  "asset" TEXT NOT NULL,
  "timestamp" TIMESTAMPTZ NOT NULL,
  "mark" NUMERIC NOT NULL,
  CONSTRAINT "pk_AssetPrice" PRIMARY KEY ("asset", "timestamp")
);
COMMENT ON COLUMN "AssetPrice"."timestamp" IS 'a full five minutes of the trader''s own clock';
COMMENT ON COLUMN "AssetPrice"."mark" IS 'the first mark seen from then on';

CREATE TABLE "AccessToken" (
  "id" UUID NOT NULL,
  "kind" TEXT NOT NULL,
  "hash" BYTEA NOT NULL,
  "createdAt" TIMESTAMPTZ NOT NULL,
  "expiresAt" TIMESTAMPTZ,
  "revokedAt" TIMESTAMPTZ,
  "lastUsedAt" TIMESTAMPTZ,
  CONSTRAINT "pk_AccessToken" PRIMARY KEY ("id"),
  CONSTRAINT "ck_AccessToken_kind" CHECK ("kind" IN ('access', 'session', 'login')),
  CONSTRAINT "uq_AccessToken_hash" UNIQUE ("hash")
);
COMMENT ON COLUMN "AccessToken"."hash" IS 'SHA-256 of the token';

CREATE TABLE "Book" (
  "botId" TEXT NOT NULL,
  "asset" TEXT NOT NULL,
  "sizeDecimals" SMALLINT NOT NULL,
  "botSize" NUMERIC NOT NULL,
  "botCost" NUMERIC NOT NULL,
  "baselineSize" NUMERIC NOT NULL,
  "anchorPrice" NUMERIC NOT NULL,
  "size" NUMERIC NOT NULL,
  "cost" NUMERIC NOT NULL,
  "inFlightBuy" NUMERIC NOT NULL,
  "inFlightSell" NUMERIC NOT NULL,
  "realised" NUMERIC NOT NULL,
  "fees" NUMERIC NOT NULL,
  "funding" NUMERIC NOT NULL,
  "botRealised" NUMERIC NOT NULL,
  "botFees" NUMERIC NOT NULL,
  "botVolume" NUMERIC NOT NULL,
  "volume" NUMERIC NOT NULL,
  "lastPrice" NUMERIC NOT NULL,
  "botTrades" BIGINT NOT NULL,
  "botCloses" BIGINT NOT NULL,
  "botWins" BIGINT NOT NULL,
  "trades" BIGINT NOT NULL,
  "closes" BIGINT NOT NULL,
  "wins" BIGINT NOT NULL,
  "lastEventId" TEXT NOT NULL,
  "lastEventAt" TIMESTAMPTZ,
  CONSTRAINT "pk_Book" PRIMARY KEY ("botId", "asset")
);

CREATE TABLE "Bot" (
  "id" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "walletAddress" TEXT NOT NULL,
  "startingEquity" NUMERIC,
  "addedAt" TIMESTAMPTZ NOT NULL,
  "removedAt" TIMESTAMPTZ,
  CONSTRAINT "pk_Bot" PRIMARY KEY ("id"),
  CONSTRAINT "ck_Bot_id" CHECK ("id" ~ '^[a-z0-9.-]{1,64}$'),
  CONSTRAINT "ck_Bot_walletAddress" CHECK ("walletAddress" ~ '^0x[0-9a-f]{40}$')
);
CREATE UNIQUE INDEX "uq_Bot_walletAddress" ON "Bot" ("walletAddress") WHERE "removedAt" IS NULL;

CREATE TABLE "BotAccount" (
  "botId" TEXT NOT NULL,
  "equity" NUMERIC NOT NULL,
  "at" TIMESTAMPTZ NOT NULL,
  "startingEquity" NUMERIC NOT NULL,
  "startingAt" TIMESTAMPTZ NOT NULL,
  "auditedAt" TIMESTAMPTZ,
  "audit" JSONB,
  CONSTRAINT "pk_BotAccount" PRIMARY KEY ("botId")
);
COMMENT ON COLUMN "BotAccount"."startingEquity" IS 'equity when first seen';
COMMENT ON COLUMN "BotAccount"."audit" IS 'the exchange''s last statement of the account';

CREATE TABLE "BotTradeEvent" (
  "id" UUID NOT NULL,
  "botId" TEXT NOT NULL,
  "walletAddress" TEXT NOT NULL,
  "timestamp" TIMESTAMPTZ NOT NULL,
  "eventType" TEXT NOT NULL,
  "asset" TEXT NOT NULL,
  "side" TEXT NOT NULL,
  "size" NUMERIC NOT NULL,
  "price" NUMERIC NOT NULL,
  "notional" NUMERIC NOT NULL,
  "previousSize" NUMERIC NOT NULL,
  "previousNotional" NUMERIC NOT NULL,
  "currentSize" NUMERIC NOT NULL,
  "currentNotional" NUMERIC NOT NULL,
  "hyperliquidFillHash" TEXT,
  "rawData" JSONB NOT NULL,
  "createdAt" TIMESTAMPTZ DEFAULT now() NOT NULL,
  "seq" BIGINT NOT NULL,
  "sizeDecimals" SMALLINT NOT NULL,
  "orderId" BIGINT NOT NULL,
  "tid" BIGINT,
  "closedPnl" NUMERIC NOT NULL,
  "fee" NUMERIC NOT NULL,
  CONSTRAINT "pk_BotTradeEvent" PRIMARY KEY ("id"),
  CONSTRAINT "ck_BotTradeEvent_eventType" CHECK ("eventType" IN ('fill', 'position-change')),
  CONSTRAINT "ck_BotTradeEvent_side" CHECK ("side" IN ('long', 'short')),
  CONSTRAINT "ck_BotTradeEvent_size" CHECK ("size" > 0),
  CONSTRAINT "uq_BotTradeEvent_fill" UNIQUE ("walletAddress", "timestamp", "asset", "tid", "side")
);
CREATE INDEX "ix_BotTradeEvent_asset" ON "BotTradeEvent" ("asset");
CREATE INDEX "ix_BotTradeEvent_botId_timestamp" ON "BotTradeEvent" ("botId", "timestamp");
CREATE INDEX "ix_BotTradeEvent_timestamp" ON "BotTradeEvent" ("timestamp");
COMMENT ON COLUMN "BotTradeEvent"."seq" IS 'the journal entry it came in with: arrival order';
COMMENT ON COLUMN "BotTradeEvent"."orderId" IS 'the bot''s own order, 0 for a position change';
COMMENT ON COLUMN "BotTradeEvent"."tid" IS 'the exchange''s trade id, null for a position change';

CREATE TABLE "Control" (
  "version" BIGINT NOT NULL,
  "killSwitchEpoch" BIGINT NOT NULL,
  "updatedAt" TIMESTAMPTZ NOT NULL,
  "onlyRow" BOOLEAN DEFAULT true NOT NULL CONSTRAINT "ck_Control_onlyRow" CHECK ("onlyRow"),
  CONSTRAINT "pk_Control" PRIMARY KEY ("onlyRow")
);
COMMENT ON COLUMN "Control"."version" IS 'rises with every change of settings, bots or kill switch';

CREATE TABLE "EquitySnapshot" (
  "id" UUID NOT NULL,
  "timestamp" TIMESTAMPTZ NOT NULL,
  "botsAggregate" NUMERIC NOT NULL,
  "fadeArena" NUMERIC NOT NULL,
  "botEquities" JSONB NOT NULL,
  CONSTRAINT "pk_EquitySnapshot" PRIMARY KEY ("id")
);
CREATE INDEX "ix_EquitySnapshot_timestamp" ON "EquitySnapshot" ("timestamp");

CREATE TABLE "FeedCounter" (
  "seq" BIGINT NOT NULL,
  "entrySeq" BIGINT NOT NULL,
  "onlyRow" BOOLEAN DEFAULT true NOT NULL CONSTRAINT "ck_FeedCounter_onlyRow" CHECK ("onlyRow"),
  CONSTRAINT "pk_FeedCounter" PRIMARY KEY ("onlyRow")
);
COMMENT ON COLUMN "FeedCounter"."seq" IS 'the last FeedItem';
COMMENT ON COLUMN "FeedCounter"."entrySeq" IS 'the last JournalEntry';

CREATE TABLE "FeedItem" (
  "seq" BIGINT NOT NULL,
  "type" TEXT NOT NULL,
  "data" JSON NOT NULL,
  "createdAt" TIMESTAMPTZ NOT NULL,
  CONSTRAINT "pk_FeedItem" PRIMARY KEY ("seq")
);

CREATE TABLE "FillRange" (
  "id" UUID NOT NULL,
  "wallet" TEXT NOT NULL,
  "asset" TEXT,
  "fromTime" TIMESTAMPTZ NOT NULL,
  "toTime" TIMESTAMPTZ NOT NULL,
  "state" TEXT NOT NULL,
  "detail" TEXT NOT NULL,
  "createdAt" TIMESTAMPTZ NOT NULL,
  "updatedAt" TIMESTAMPTZ NOT NULL,
  CONSTRAINT "pk_FillRange" PRIMARY KEY ("id"),
  CONSTRAINT "ck_FillRange_state" CHECK ("state" IN ('complete', 'gap', 'repaired')),
  CONSTRAINT "ck_FillRange_order" CHECK ("fromTime" <= "toTime")
);
CREATE INDEX "ix_FillRange_wallet_fromTime" ON "FillRange" ("wallet", "fromTime");
COMMENT ON COLUMN "FillRange"."asset" IS 'null: the whole wallet';

CREATE TABLE "FundingPayment" (
  "botId" TEXT NOT NULL,
  "asset" TEXT NOT NULL,
  "timestamp" TIMESTAMPTZ NOT NULL,
  "sizeDecimals" SMALLINT NOT NULL,
  "size" NUMERIC NOT NULL,
  "rate" NUMERIC NOT NULL,
  "oraclePrice" NUMERIC NOT NULL,
  "amount" NUMERIC NOT NULL,
  CONSTRAINT "pk_FundingPayment" PRIMARY KEY ("botId", "asset", "timestamp")
);
CREATE INDEX "ix_FundingPayment_timestamp" ON "FundingPayment" ("timestamp");
COMMENT ON COLUMN "FundingPayment"."rate" IS 'of one hour; 0.0000125 is 12.5 millionths';
COMMENT ON COLUMN "FundingPayment"."amount" IS 'USD, positive when received';

CREATE TABLE "Settings" (
  "id" UUID NOT NULL,
  "mode" TEXT NOT NULL,
  "defaultLeverageMultiplier" NUMERIC NOT NULL,
  "globalExposureCap" NUMERIC,
  "dailyLossLimit" NUMERIC,
  "botConfigs" JSONB NOT NULL,
  "assetExposureCaps" JSONB NOT NULL,
  "more" JSONB NOT NULL,
  "version" BIGINT NOT NULL,
  "updatedAt" TIMESTAMPTZ NOT NULL,
  "updatedBy" TEXT NOT NULL,
  "onlyRow" BOOLEAN DEFAULT true NOT NULL CONSTRAINT "ck_Settings_onlyRow" CHECK ("onlyRow"),
  CONSTRAINT "pk_Settings" PRIMARY KEY ("id"),
  CONSTRAINT "ck_Settings_mode" CHECK ("mode" IN ('simulation', 'live')),
  CONSTRAINT "uq_Settings_onlyRow" UNIQUE ("onlyRow")
);
COMMENT ON COLUMN "Settings"."more" IS 'the settings that have no column of their own';

CREATE TABLE "SettingsVersion" (
  "version" BIGINT NOT NULL,
  "settings" JSONB NOT NULL,
  "updatedAt" TIMESTAMPTZ NOT NULL,
  "updatedBy" TEXT NOT NULL,
  CONSTRAINT "pk_SettingsVersion" PRIMARY KEY ("version")
);

CREATE TABLE "SystemEvent" (
  "id" UUID NOT NULL,
  "timestamp" TIMESTAMPTZ NOT NULL,
  "level" TEXT NOT NULL,
  "category" TEXT NOT NULL,
  "message" TEXT NOT NULL,
  "details" JSONB NOT NULL,
  CONSTRAINT "pk_SystemEvent" PRIMARY KEY ("id"),
  CONSTRAINT "ck_SystemEvent_level" CHECK ("level" IN ('info', 'warning', 'error')),
  CONSTRAINT "ck_SystemEvent_category" CHECK ("category" IN ('api', 'trading', 'system', 'config'))
);
CREATE INDEX "ix_SystemEvent_category" ON "SystemEvent" ("category");
CREATE INDEX "ix_SystemEvent_level" ON "SystemEvent" ("level");
CREATE INDEX "ix_SystemEvent_timestamp" ON "SystemEvent" ("timestamp");

CREATE TABLE "SystemStatus" (
  "id" UUID NOT NULL,
  "killSwitch" BOOLEAN NOT NULL,
  "killSwitchActivatedAt" TIMESTAMPTZ,
  "killSwitchDeactivatedAt" TIMESTAMPTZ,
  "hyperliquidConnected" BOOLEAN NOT NULL,
  "lastHyperliquidCheck" TIMESTAMPTZ,
  "lastEventTime" TIMESTAMPTZ,
  "lastOrderTime" TIMESTAMPTZ,
  "startedAt" TIMESTAMPTZ,
  "updatedAt" TIMESTAMPTZ NOT NULL,
  "killSwitchReason" TEXT,
  "killSwitchBy" TEXT,
  "clockTime" TIMESTAMPTZ,
  "heartbeatAt" TIMESTAMPTZ,
  "armed" BOOLEAN DEFAULT false NOT NULL,
  "details" JSONB DEFAULT '{}'::jsonb NOT NULL,
  "onlyRow" BOOLEAN DEFAULT true NOT NULL CONSTRAINT "ck_SystemStatus_onlyRow" CHECK ("onlyRow"),
  CONSTRAINT "pk_SystemStatus" PRIMARY KEY ("id"),
  CONSTRAINT "uq_SystemStatus_onlyRow" UNIQUE ("onlyRow")
);
COMMENT ON COLUMN "SystemStatus"."clockTime" IS 'the trader''s own clock, which a replay sets';
COMMENT ON COLUMN "SystemStatus"."heartbeatAt" IS 'when the trader last wrote this row, by the wall clock';

CREATE TABLE "JournalEntry" (
  "seq" BIGINT NOT NULL,
  "batch" UUID NOT NULL,
  "controlsVersion" BIGINT NOT NULL,
  "eventId" UUID,
  "decisionIds" UUID[] NOT NULL,
  "trades" JSON NOT NULL,
  "books" JSON NOT NULL,
  "funding" JSON NOT NULL,
  "createdAt" TIMESTAMPTZ DEFAULT now() NOT NULL,
  CONSTRAINT "pk_JournalEntry" PRIMARY KEY ("seq")
);
COMMENT ON COLUMN "JournalEntry"."batch" IS 'of the append it came in with';
COMMENT ON COLUMN "JournalEntry"."trades" IS 'our orders as they stood after this entry; MyTrade holds only their last state';
COMMENT ON COLUMN "JournalEntry"."books" IS 'the books after this entry; Book holds only their last state';

CREATE TABLE "StrategyDecision" (
  "id" UUID NOT NULL,
  "botTradeEventId" UUID NOT NULL,
  "timestamp" TIMESTAMPTZ NOT NULL,
  "decision" TEXT NOT NULL,
  "reason" TEXT,
  "skipReason" TEXT,
  "riskChecks" JSONB NOT NULL,
  "settingsSnapshot" JSONB NOT NULL,
  "botId" TEXT NOT NULL,
  "asset" TEXT NOT NULL,
  "sizeDecimals" SMALLINT NOT NULL,
  "occasion" TEXT NOT NULL,
  "reasonCode" TEXT,
  "skipCode" TEXT,
  "inputs" JSON NOT NULL,
  "targetSize" NUMERIC NOT NULL,
  "deltaSize" NUMERIC NOT NULL,
  "orderSize" NUMERIC NOT NULL,
  CONSTRAINT "pk_StrategyDecision" PRIMARY KEY ("id"),
  CONSTRAINT "ck_StrategyDecision_decision" CHECK ("decision" IN ('execute', 'skip')),
  CONSTRAINT "ck_StrategyDecision_skipCode" CHECK (("decision" = 'skip') = ("skipCode" IS NOT NULL)),
  CONSTRAINT "fk_StrategyDecision_botTradeEventId" FOREIGN KEY("botTradeEventId") REFERENCES "BotTradeEvent" ("id")
);
CREATE INDEX "ix_StrategyDecision_botId_timestamp" ON "StrategyDecision" ("botId", "timestamp");
CREATE INDEX "ix_StrategyDecision_botTradeEventId" ON "StrategyDecision" ("botTradeEventId");
CREATE INDEX "ix_StrategyDecision_decision" ON "StrategyDecision" ("decision");
CREATE INDEX "ix_StrategyDecision_skipCode_timestamp" ON "StrategyDecision" ("skipCode", "timestamp") WHERE "skipCode" IS NOT NULL;
CREATE INDEX "ix_StrategyDecision_timestamp" ON "StrategyDecision" ("timestamp");
COMMENT ON COLUMN "StrategyDecision"."reason" IS 'code: sentence';
COMMENT ON COLUMN "StrategyDecision"."skipReason" IS 'code: sentence';

CREATE TABLE "MyTrade" (
  "id" UUID NOT NULL,
  "botTradeEventId" UUID,
  "strategyDecisionId" UUID,
  "botId" TEXT,
  "timestamp" TIMESTAMPTZ NOT NULL,
  "asset" TEXT NOT NULL,
  "side" TEXT NOT NULL,
  "size" NUMERIC NOT NULL,
  "price" NUMERIC NOT NULL,
  "notional" NUMERIC NOT NULL,
  "orderRequest" JSONB NOT NULL,
  "orderResult" JSONB,
  "hyperliquidOrderId" TEXT,
  "cloid" TEXT NOT NULL,
  "status" TEXT NOT NULL,
  "fee" NUMERIC NOT NULL,
  "pnl" NUMERIC,
  "closedAt" TIMESTAMPTZ,
  "simulated" BOOLEAN NOT NULL,
  "sizeDecimals" SMALLINT NOT NULL,
  CONSTRAINT "pk_MyTrade" PRIMARY KEY ("id"),
  CONSTRAINT "ck_MyTrade_side" CHECK ("side" IN ('long', 'short')),
  CONSTRAINT "ck_MyTrade_cloid" CHECK ("cloid" ~ '^0x[0-9a-f]{32}$'),
  CONSTRAINT "uq_MyTrade_cloid" UNIQUE ("cloid"),
  CONSTRAINT "fk_MyTrade_botTradeEventId" FOREIGN KEY("botTradeEventId") REFERENCES "BotTradeEvent" ("id"),
  CONSTRAINT "fk_MyTrade_strategyDecisionId" FOREIGN KEY("strategyDecisionId") REFERENCES "StrategyDecision" ("id")
);
CREATE INDEX "ix_MyTrade_asset" ON "MyTrade" ("asset");
CREATE INDEX "ix_MyTrade_botId_timestamp" ON "MyTrade" ("botId", "timestamp");
CREATE INDEX "ix_MyTrade_pnl" ON "MyTrade" ("timestamp") INCLUDE ("pnl", "botId") WHERE "pnl" IS NOT NULL;
CREATE INDEX "ix_MyTrade_strategyDecisionId" ON "MyTrade" ("strategyDecisionId");
CREATE INDEX "ix_MyTrade_timestamp" ON "MyTrade" ("timestamp");
CREATE INDEX "ix_MyTrade_unresolved" ON "MyTrade" ("timestamp") WHERE "orderResult" IS NULL;

-- Bots are listed in the order in which they were added.
INSERT INTO "Bot" ("id", "name", "walletAddress", "startingEquity", "addedAt") VALUES
  ('gpt-5', 'GPT-5', '0x67293d914eafb26878534571add81f6bd2d9fe06', 10000, now() + interval '0 ms'),
  ('gemini-2.5-pro', 'Gemini 2.5 Pro', '0x1b7a7d099a670256207a30dd0ae13d35f278010f', 10000, now() + interval '1 ms'),
  ('claude-sonnet-4-5', 'Claude Sonnet 4.5', '0x59fa085d106541a834017b97060bcbbb0aa82869', 10000, now() + interval '2 ms'),
  ('grok-4', 'Grok 4', '0x56d652e62998251b56c8398fb11fcfe464c08f84', 10000, now() + interval '3 ms'),
  ('deepseek-chat-v3.1', 'DeepSeek Chat v3.1', '0xc20ac4dc4188660cbf555448af52694ca62b0734', 10000, now() + interval '4 ms'),
  ('qwen3-max', 'Qwen3 Max', '0x7a8fd8bba33e37361ca6b0cb4518a44681bad2f3', 10000, now() + interval '5 ms');

INSERT INTO "Settings" (
  "id", "mode", "defaultLeverageMultiplier", "botConfigs", "assetExposureCaps", "more", "version", "updatedAt", "updatedBy"
) VALUES (
  '0199dfaf-5800-7000-8000-000000000001',
  'simulation',
  1,
  '[
    {"id": "gpt-5", "enabled": true, "leverageMultiplier": null, "sizingRule": null, "adoptExisting": null},
    {"id": "gemini-2.5-pro", "enabled": true, "leverageMultiplier": null, "sizingRule": null, "adoptExisting": null},
    {"id": "claude-sonnet-4-5", "enabled": true, "leverageMultiplier": null, "sizingRule": null, "adoptExisting": null},
    {"id": "grok-4", "enabled": true, "leverageMultiplier": null, "sizingRule": null, "adoptExisting": null},
    {"id": "deepseek-chat-v3.1", "enabled": true, "leverageMultiplier": null, "sizingRule": null, "adoptExisting": null},
    {"id": "qwen3-max", "enabled": true, "leverageMultiplier": null, "sizingRule": null, "adoptExisting": null}
  ]',
  '{}',
  '{
    "capPolicy": "clamp",
    "killSwitchExits": "hold",
    "maxEventAgeSeconds": "30",
    "maxOrderNotional": null,
    "maxSlippageBps": "50",
    "maxPriceAgeSeconds": "3",
    "maxOrdersPerMinute": 60,
    "sizingRule": "proportional",
    "fixedNotional": "1000",
    "adoptExisting": false,
    "simulatedFillModel": "book",
    "simulatedSlippageBps": "2",
    "simulatedFeeBps": "4.5",
    "simulatedStartingEquity": "60000"
  }',
  1, now(), 'first run'
);

INSERT INTO "SettingsVersion" ("version", "settings", "updatedAt", "updatedBy")
SELECT
  "version",
  "more" || jsonb_build_object(
    'mode', "mode",
    'defaultLeverageMultiplier', '1',
    'globalExposureCap', NULL,
    'dailyLossLimit', NULL,
    'botConfigs', "botConfigs",
    'assetExposureCaps', "assetExposureCaps"
  ),
  "updatedAt",
  "updatedBy"
FROM "Settings";

INSERT INTO "SystemStatus" ("id", "killSwitch", "hyperliquidConnected", "updatedAt")
VALUES ('0199dfaf-5800-7000-8000-000000000002', false, false, now());

INSERT INTO "Control" ("version", "killSwitchEpoch", "updatedAt") VALUES (1, 0, now());

INSERT INTO "FeedCounter" ("seq", "entrySeq") VALUES (0, 0);
