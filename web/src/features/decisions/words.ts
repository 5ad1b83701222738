// What each reason means, for somebody who sees it for the first time. Pure.
//
// The API gives the codes and a short sentence of what happened; this says what it is good for.
import { CHECKS, whyOf } from "@/components/checks";

const OTHER_SKIPS: Readonly<Record<string, string>> = {
  coalesced: "One order of the bot often fills in pieces. One decision acts for all of them; the others say so.",
  on_target: "We already hold what we want to hold against this bot. There is nothing to do.",
  late_fill: "This fill came to light after a later one that already contains its effect. It is kept for the record.",
};

/** In the order in which they run, then those that are no check. */
export const SKIP_CODES: readonly string[] = [...CHECKS.map(({ name }) => name), ...Object.keys(OTHER_SKIPS)];

/** What a skip of this code means; null for a code that this page does not know. */
export const skipWords = (code: string): string | null => whyOf(code) ?? OTHER_SKIPS[code] ?? null;

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
