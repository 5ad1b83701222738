// The search parameters of this page: what is wrong is left out.
export type TradesSearch = Record<string, never>;

export function tradesSearch(_given: Record<string, unknown>): TradesSearch {
  return {};
}
