// The search parameters of this page: what is wrong is left out.
import { assetOf, botIdOf, idOf, known, oneOf, timeOf } from "@/api/filters";

export interface TradesSearch {
  botId?: string;
  /** Both sides where left out. */
  type?: "bot" | "mine";
  asset?: string;
  /** Milliseconds since the epoch, both inclusive. */
  from?: number;
  to?: number;
  /** The id of the trade that is opened. */
  open?: string;
}

export function tradesSearch(given: Record<string, unknown>): TradesSearch {
  return known<TradesSearch>({
    botId: botIdOf(given.botId),
    type: oneOf(given.type, ["bot", "mine"]),
    asset: assetOf(given.asset),
    from: timeOf(given.from),
    to: timeOf(given.to),
    open: idOf(given.open),
  });
}

export const isFiltered = ({ open: _, ...filter }: TradesSearch): boolean => Object.keys(filter).length > 0;
export const isImpossible = ({ from, to }: TradesSearch): boolean =>
  from !== undefined && to !== undefined && from > to;
