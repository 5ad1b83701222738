// The search parameters of this page: what is wrong is left out.
import { assetOf, botIdOf, known, oneOf, timeOf } from "@/api/filters";

export interface DecisionsSearch {
  botId?: string;
  asset?: string;
  /** Both where left out. */
  outcome?: "execute" | "skip";
  /** The code of a reason to skip, as `kill_switch`; goes before the outcome. */
  code?: string;
  /** Milliseconds since the epoch, both inclusive. */
  from?: number;
  to?: number;
}

const CODE = /^[a-z_]{1,64}$/;

export function decisionsSearch(given: Record<string, unknown>): DecisionsSearch {
  const code = typeof given.code === "string" && CODE.test(given.code) ? given.code : undefined;
  return known<DecisionsSearch>({
    botId: botIdOf(given.botId),
    asset: assetOf(given.asset),
    outcome: code === undefined ? oneOf(given.outcome, ["execute", "skip"]) : undefined,
    code,
    from: timeOf(given.from),
    to: timeOf(given.to),
  });
}

export const isFiltered = (search: DecisionsSearch): boolean => Object.keys(search).length > 0;
export const isImpossible = ({ from, to }: DecisionsSearch): boolean =>
  from !== undefined && to !== undefined && from > to;
