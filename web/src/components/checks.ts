// The checks that stand between a bot's move and an order of ours, in the order in which they run: what each asks, and
// why, for somebody who sees it for the first time. A test holds the names against those of the program. Pure.
export interface Check {
  /** Also the code of the skip it causes. */
  name: string;
  /** What it asks, for an increase of risk. */
  asks: string;
  why: string;
  /** Name in the settings of what sets its limit. */
  setting?: string;
}

export const CHECKS: readonly Check[] = [
  {
    name: "kill_switch",
    asks: "Is the kill switch off?",
    why: "The emergency stop. While it is on, nothing new is opened, whatever the bots do.",
  },
  {
    name: "bot_enabled",
    asks: "Is this bot faded?",
    why: "A bot that is switched off is not followed into new positions; what we hold against it still closes.",
    setting: "Bots",
  },
  {
    name: "mode_armed",
    asks: "Simulation, or a machine armed for live trading?",
    why: "Real money needs a machine armed for it on purpose. In simulation this is always so.",
    setting: "Mode",
  },
  {
    name: "history_complete",
    asks: "Is every fill of the bot known?",
    why: "We act on the bot's position, and know it only if no fill is missing. With a gap, the position could be wrong.",
  },
  {
    name: "event_fresh",
    asks: "Did the bot move just now?",
    why: "News that comes too late is no reason to take a risk: the price has moved on since.",
    setting: "Oldest event",
  },
  {
    name: "daily_loss",
    asks: "Is today's loss below the limit?",
    why: "Stops opening for the rest of the day (UTC) once the loss of today reaches the limit.",
    setting: "Daily loss limit",
  },
  {
    name: "asset_exposure",
    asks: "Does it fit under the asset's cap?",
    why: "Keeps us from piling up too much of one asset, over all bots together.",
    setting: "Caps by asset",
  },
  {
    name: "global_exposure",
    asks: "Does it fit under the cap of all?",
    why: "Keeps all positions together below what we are willing to have at stake.",
    setting: "Global exposure cap",
  },
  {
    name: "order_notional",
    asks: "Is the order small enough?",
    why: "No single order larger than this, so that one mistake stays small.",
    setting: "Largest order",
  },
  {
    name: "price_collar",
    asks: "Is the price fresh and near the bot's own?",
    why: "We want about the price the bot got. Too far from it, or without a fresh price, we would buy its mistake.",
    setting: "Price collar",
  },
  {
    name: "minimum_order",
    asks: "Is it large enough for the exchange?",
    why: "The exchange takes no order under its minimum. What is too small today stays owed, and goes along with the next.",
  },
  {
    name: "order_rate",
    asks: "Were there few enough orders this minute?",
    why: "A fault that sends orders in a loop is stopped here, and the exchange's own limit is respected.",
    setting: "Orders a minute",
  },
];

const BY_NAME = new Map(CHECKS.map((check) => [check.name, check]));

/** Why there is a check of this name; undefined for one that this page does not know. */
export const whyOf = (name: string): string | undefined => BY_NAME.get(name)?.why;
