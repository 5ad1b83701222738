// The search parameters of this page: what is wrong is left out.
export type ArenaSearch = Record<string, never>;

export function arenaSearch(_given: Record<string, unknown>): ArenaSearch {
  return {};
}
