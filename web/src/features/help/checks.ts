// The checks that stand between a bot's move and an order of ours, in the order in which they run. A test holds the
// names against those of the program.
export interface Check {
  name: string;
  /** What it asks, for an increase of risk. */
  asks: string;
  protects: string;
  /** Name in the settings of what sets its limit. */
  setting?: string;
}

export const CHECKS: readonly Check[] = [
  { name: "kill_switch", asks: "Is the kill switch off?", protects: "Anything you no longer trust." },
  {
    name: "bot_enabled",
    asks: "Is this bot faded?",
    protects: "A bot you no longer want to bet against.",
    setting: "Bots",
  },
  {
    name: "mode_armed",
    asks: "Simulation, or a machine armed for live trading?",
    protects: "Real money moved by a click.",
    setting: "Mode",
  },
  {
    name: "history_complete",
    asks: "Is every fill of the bot known?",
    protects: "Betting against a position it does not have.",
  },
  {
    name: "event_fresh",
    asks: "Did the bot move just now?",
    protects: "Trading on news that the market has long digested.",
    setting: "Oldest event",
  },
  {
    name: "daily_loss",
    asks: "Is today's loss below the limit?",
    protects: "A bad day becoming a very bad one.",
    setting: "Daily loss limit",
  },
  {
    name: "asset_exposure",
    asks: "Does it fit under the asset's cap?",
    protects: "All bots leaning on one coin.",
    setting: "Caps by asset",
  },
  {
    name: "global_exposure",
    asks: "Does it fit under the cap of all?",
    protects: "More at stake than you meant.",
    setting: "Global exposure cap",
  },
  {
    name: "order_notional",
    asks: "Is the order small enough?",
    protects: "One huge order.",
    setting: "Largest order",
  },
  {
    name: "price_collar",
    asks: "Is the price fresh and near the bot's own?",
    protects: "Arriving after the move, or at a price gone mad.",
    setting: "Price collar",
  },
  {
    name: "minimum_order",
    asks: "Is it large enough for the exchange?",
    protects: "Orders that can only be rejected; the rest is carried over.",
  },
  {
    name: "order_rate",
    asks: "Were there few enough orders this minute?",
    protects: "A loop gone wild, and the exchange's own limits.",
    setting: "Orders a minute",
  },
];
