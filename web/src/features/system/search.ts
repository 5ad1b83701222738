// The search parameters of this page: the filter of the log. What is wrong is left out.
import { known, oneOf, timeOf } from "@/api/filters";

export const LEVELS = ["info", "warning", "error"] as const;
export const CATEGORIES = ["api", "trading", "system", "config"] as const;

export interface SystemSearch {
  level?: (typeof LEVELS)[number];
  category?: (typeof CATEGORIES)[number];
  /** Milliseconds since the epoch, both inclusive. */
  from?: number;
  to?: number;
}

export function systemSearch(given: Record<string, unknown>): SystemSearch {
  return known<SystemSearch>({
    level: oneOf(given.level, LEVELS),
    category: oneOf(given.category, CATEGORIES),
    from: timeOf(given.from),
    to: timeOf(given.to),
  });
}

export const isFiltered = (search: SystemSearch): boolean => Object.keys(search).length > 0;
export const isImpossible = ({ from, to }: SystemSearch): boolean =>
  from !== undefined && to !== undefined && from > to;
