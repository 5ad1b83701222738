// The lines of the live feed, from what was stored before the page opened and what came since. Pure.
import type { Schemas } from "@/api/client";
import type { LiveItem } from "@/live/frames";

export interface FeedRow {
  id: string;
  kind: "bot" | "mine" | "skip";
  time: number;
  botId: string | null;
  asset: string;
  side: string | null;
  size: number | null;
  price: number | null;
  pnl: number | null;
  /** Why nothing was done, or in which state an order is that did not fill. */
  note: string | null;
  decisionId: string | null;
}

const ROWS_KEPT = 120;
/** Within one moment: what we did stands above what it answers. */
const ORDER: Record<FeedRow["kind"], number> = { mine: 0, skip: 1, bot: 2 };

export function feedRows(
  items: readonly LiveItem[],
  trades: readonly Schemas["TradeView"][],
  skips: readonly Schemas["DecisionView"][],
): FeedRow[] {
  const rows = new Map<string, FeedRow>();
  // What the API tells is told whole, so it goes over what the feed told of the same.
  for (const item of items) {
    const row = once(item, ofItem);
    if (row) rows.set(row.id, row);
  }
  for (const trade of trades) rows.set(trade.id, once(trade, ofTrade));
  for (const skip of skips) rows.set(skip.id, once(skip, ofDecision));
  return [...rows.values()]
    .sort(
      (one, other) => other.time - one.time || ORDER[one.kind] - ORDER[other.kind] || other.id.localeCompare(one.id),
    )
    .slice(0, ROWS_KEPT);
}

const made = new WeakMap<object, FeedRow | null>();

/** The row of what was told: the same one as long as that is the same, so that only new lines are drawn. */
function once<Told extends object, Row extends FeedRow | null>(told: Told, of: (told: Told) => Row): Row {
  if (!made.has(told)) made.set(told, of(told));
  return made.get(told) as Row;
}

function ofItem(item: LiveItem): FeedRow | null {
  switch (item.type) {
    case "bot-trade": {
      const { event, botId } = item.data;
      return {
        ...event,
        kind: "bot",
        time: event.timestamp,
        botId,
        pnl: null,
        note: null,
        decisionId: null,
      };
    }
    case "my-trade":
      return {
        ...item.data,
        kind: "mine",
        time: item.data.timestamp,
        pnl: item.data.pnl ?? null,
        note: unfilled(item.data.status),
        decisionId: null,
        botId: item.data.botId ?? null,
      };
    case "decision":
      return item.data.decision === "skip" ? ofDecision(item.data) : null;
    default:
      return null;
  }
}

function ofTrade(trade: Schemas["TradeView"]): FeedRow {
  return {
    id: trade.id,
    kind: trade.type === "mine" ? "mine" : "bot",
    time: trade.timestamp,
    botId: trade.botId ?? null,
    asset: trade.asset,
    side: trade.side,
    size: trade.size,
    price: trade.price,
    pnl: trade.pnl ?? null,
    note: unfilled(trade.status),
    decisionId: trade.decisionId ?? null,
  };
}

function ofDecision(decision: Schemas["DecisionView"]): FeedRow {
  return {
    id: decision.id,
    kind: "skip",
    time: decision.timestamp,
    botId: decision.botId,
    asset: decision.asset,
    side: null,
    size: null,
    price: null,
    pnl: null,
    note: decision.skipReason?.sentence ?? decision.reason?.sentence ?? null,
    decisionId: decision.id,
  };
}

const unfilled = (status: string | null | undefined): string | null =>
  status === null || status === undefined || status === "filled" ? null : status;
