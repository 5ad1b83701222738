// The search parameters of these pages: what is wrong is left out.
export type ModelsSearch = Record<string, never>;

export function modelsSearch(_given: Record<string, unknown>): ModelsSearch {
  return {};
}

export const RANGES = ["24h", "7d", "all"] as const;
export type Range = (typeof RANGES)[number];

export interface BotSearch {
  /** How far back from the system's own clock; all where left out. */
  range?: Exclude<Range, "all">;
}

export function botSearch(given: Record<string, unknown>): BotSearch {
  return given.range === "24h" || given.range === "7d" ? { range: given.range } : {};
}
