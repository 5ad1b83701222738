// The search parameters of this page: the filter of the log. What is wrong is left out.
import { known, oneOf, timeOf } from "@/api/filters";

export const LEVELS = ["info", "warning", "error"] as const;
export const CATEGORIES = ["api", "trading", "system", "config"] as const;

export interface SystemSearch {
  level?: (typeof LEVELS)[number];
  category?: (typeof CATEGORIES)[number];
  /** Words of the message. */
  text?: string;
  /** Milliseconds since the epoch, both inclusive. */
  from?: number;
  to?: number;
}

export function systemSearch(given: Record<string, unknown>): SystemSearch {
  return known<SystemSearch>({
    level: oneOf(given.level, LEVELS),
    category: oneOf(given.category, CATEGORIES),
    text: wordsOf(given.text),
    from: timeOf(given.from),
    to: timeOf(given.to),
  });
}

const TEXT_MOST = 100;

/** What the API searches for: 1 to 100 characters, none of them for control; digits alone arrive as a number. */
function wordsOf(given: unknown): string | undefined {
  const text = typeof given === "number" ? String(given) : given;
  if (typeof text !== "string" || text.trim() === "" || text.length > TEXT_MOST) return undefined;
  return Array.from(text).some((letter) => letter < " " || letter === "\u007f") ? undefined : text;
}

export const isFiltered = (search: SystemSearch): boolean => Object.keys(search).length > 0;
export const isImpossible = ({ from, to }: SystemSearch): boolean =>
  from !== undefined && to !== undefined && from > to;
