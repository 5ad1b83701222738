// The numbers the kernel read, said in sizes, prices and dollars. Pure.
//
// It counts in whole lots, micro-dollars a lot and micro-dollars, so that a decision can be made again to the last digit;
// `sizeDecimals` says how many lots make one unit of the asset.
import { amount, duration, money, multiple, price, size, UNKNOWN } from "@/format/format";
import { recordOf } from "./settingsThen";

export interface InputRow {
  key: string;
  label: string;
  value: string;
}

type Kind = "size" | "price" | "usd" | "age" | "eventAge" | "flag" | "multiplier" | "count" | "rule" | "kill";

const WORDS: readonly (readonly [key: string, label: string, kind: Kind])[] = [
  ["bot_lots", "The bot holds", "size"],
  ["baseline_lots", "of which held before we watched, left alone", "size"],
  ["held_lots", "We hold against it, orders on their way included", "size"],
  ["multiplier_e4", "Multiplier", "multiplier"],
  ["sizing_rule", "Sizing rule", "rule"],
  ["bot_price", "The bot's price", "price"],
  ["anchor_price", "The bot's price when its position was opened", "price"],
  ["buy_price", "What we would pay now", "price"],
  ["sell_price", "What we would get now", "price"],
  ["price_age_ms", "Age of these prices", "age"],
  ["mark", "Price that exposure is measured at", "price"],
  ["event_age_ms", "Age of the event", "eventAge"],
  ["net_if_bought", "Our net position in the asset, if all our buys fill", "size"],
  ["net_if_sold", "Our net position in the asset, if all our sells fill", "size"],
  ["other_exposure", "Exposure in all other assets", "usd"],
  ["our_equity", "Our equity", "usd"],
  ["bot_equity", "The bot's equity", "usd"],
  ["fixed_notional", "Fixed amount", "usd"],
  ["equity_change_today", "Our equity's change today (UTC)", "usd"],
  ["orders_last_minute", "Orders in the last minute", "count"],
  ["kill_switch", "Kill switch", "kill"],
  ["bot_enabled", "Bot enabled", "flag"],
  ["armed", "Allowed to trade in this mode", "flag"],
  ["history_complete", "The bot's history is complete", "flag"],
];

const RULES = ["proportional", "equity ratio", "fixed notional"];
const KILL = ["off", "on, hold", "on, follow", "on, flatten"];
/** Zero stands for "not known" in these: no price is nothing, and equity is read only by the rule that needs it. */
const ZERO_UNKNOWN: ReadonlySet<string> = new Set(["anchor_price", "buy_price", "sell_price", "bot_equity"]);
/** In place of an age, where it was decided again with no new event: the controls had changed. */
const NO_NEW_EVENT = -1;

export function inputRows(inputs: unknown, sizeDecimals: number): InputRow[] {
  const record = recordOf(inputs);
  const known = WORDS.filter(([key]) => key in record).map(([key, label, kind]) => ({
    key,
    label,
    value: written(key, kind, Number(record[key]), sizeDecimals),
  }));
  const named = new Set(WORDS.map(([key]) => key));
  const others = Object.keys(record).filter((key) => !named.has(key));
  return [...known, ...others.map((key) => ({ key, label: key, value: String(record[key]) }))];
}

/** What we held against the bot when it was decided, in the asset's units; null where the record does not say. */
export function heldSize(decision: { inputs: unknown; sizeDecimals: number }): number | null {
  const lots = recordOf(decision.inputs).held_lots;
  return typeof lots === "number" ? lots / 10 ** decision.sizeDecimals : null;
}

function written(key: string, kind: Kind, value: number, sizeDecimals: number): string {
  if (!Number.isFinite(value) || (ZERO_UNKNOWN.has(key) && value === 0)) return UNKNOWN;
  switch (kind) {
    case "size":
      return size(value / 10 ** sizeDecimals);
    case "price":
      return price((value * 10 ** sizeDecimals) / 1e6);
    case "usd":
      return money(value / 1e6);
    case "age":
      return value < 0 ? UNKNOWN : duration(value);
    case "eventAge":
      return value === NO_NEW_EVENT ? "no new event" : duration(value);
    case "flag":
      return value === 1 ? "yes" : "no";
    case "multiplier":
      return multiple(value / 10_000, 4);
    case "rule":
      return RULES[value] ?? String(value);
    case "kill":
      return KILL[value] ?? String(value);
    case "count":
      return amount(value, 0);
  }
}
