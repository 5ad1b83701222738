// The search parameters of this page: what is wrong is left out.
export type ModelsSearch = Record<string, never>;

export function modelsSearch(_given: Record<string, unknown>): ModelsSearch {
  return {};
}
