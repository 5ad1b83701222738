// The search parameters of this page: what is wrong is left out.
export const RANGES = ["1h", "6h", "24h", "7d", "30d", "all"] as const;
export type Range = (typeof RANGES)[number];

export interface ArenaSearch {
  /** How far back from the system's own clock; all where left out. */
  range?: Range;
  /** Percent since the start of the range where left out. */
  unit?: "usd";
  log?: true;
  /** Lines switched off: ids, separated by commas. */
  hide?: string;
}

export function arenaSearch(given: Record<string, unknown>): ArenaSearch {
  const search: ArenaSearch = {};
  const range = RANGES.find((each) => each === given.range);
  if (range !== undefined && range !== "all") search.range = range;
  if (given.unit === "usd") search.unit = "usd";
  if (given.log === true) search.log = true;
  if (typeof given.hide === "string" && /^[A-Za-z0-9.,-]{1,2000}$/.test(given.hide)) search.hide = given.hide;
  return search;
}
