// The search parameters of this page: what is wrong is left out.
export type SystemSearch = Record<string, never>;

export function systemSearch(_given: Record<string, unknown>): SystemSearch {
  return {};
}
