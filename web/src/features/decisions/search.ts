// The search parameters of this page: what is wrong is left out.
export type DecisionsSearch = Record<string, never>;

export function decisionsSearch(_given: Record<string, unknown>): DecisionsSearch {
  return {};
}
