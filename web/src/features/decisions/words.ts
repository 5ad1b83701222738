// What each check protects from and what each reason means, for somebody who sees it for the first time. Pure.
//
// The API gives the codes and a short sentence of what happened; this says what it is good for.

/** By the name of a check, which is also the code of the skip it causes. */
export const CHECK_WORDS: Readonly<Record<string, string>> = {
  kill_switch: "The emergency stop. While it is on, nothing new is opened, whatever the bots do.",
  bot_enabled: "A bot that is switched off is not followed into new positions; what we hold against it still closes.",
  mode_armed: "Real money needs a machine armed for it on purpose. In simulation this is always so.",
  history_complete:
    "We act on the bot's position, and know it only if no fill is missing. With a gap, the position could be wrong.",
  event_fresh: "News that comes too late is no reason to take a risk: the price has moved on since.",
  daily_loss: "Stops opening for the rest of the day (UTC) once the loss of today reaches the limit.",
  asset_exposure: "Keeps us from piling up too much of one asset, over all bots together.",
  global_exposure: "Keeps all positions together below what we are willing to have at stake.",
  order_notional: "No single order larger than this, so that one mistake stays small.",
  price_collar:
    "We want about the price the bot got. Too far from it, or without a fresh price, we would buy its mistake.",
  minimum_order:
    "The exchange takes no order under its minimum. What is too small today stays owed, and goes along with the next.",
  order_rate: "A fault that sends orders in a loop is stopped here, and the exchange's own limit is respected.",
};

const OTHER_SKIPS: Readonly<Record<string, string>> = {
  coalesced: "One order of the bot often fills in pieces. One decision acts for all of them; the others say so.",
  on_target: "We already hold what we want to hold against this bot. There is nothing to do.",
  late_fill: "This fill came to light after a later one that already contains its effect. It is kept for the record.",
};

/** In the order in which they run, then those that are no check. */
export const SKIP_CODES: readonly string[] = [...Object.keys(CHECK_WORDS), ...Object.keys(OTHER_SKIPS)];

/** What a skip of this code means; null for a code that this page does not know. */
export const skipWords = (code: string): string | null => CHECK_WORDS[code] ?? OTHER_SKIPS[code] ?? null;

/** kill_switch → kill switch */
export const plain = (code: string): string => code.replaceAll(/[-_]/g, " ");

/** What made us decide, where it was not the event itself; null where it was. */
export function occasionWords(occasion: string): string | null {
  if (occasion === "") return null;
  const version = /^controls:(\d+)/.exec(occasion)?.[1];
  if (version !== undefined)
    return `Decided again because an operator changed the settings or the kill switch (version ${version}).`;
  return `Decided again: ${occasion}.`;
}
