// The trades behind this page's filter: the list as it is scrolled, and all of them for an export.
import { useCallback, useMemo } from "react";
import { api, type Schemas, unwrap } from "@/api/client";
import { everyPage, type Keyset, useKeyset } from "@/api/keyset";
import { useOwn } from "@/api/public";
import { TOPIC, type TradesFilter } from "@/api/queries";
import { isImpossible, type TradesSearch } from "./search";

export type Trade = Schemas["TradeView"];

const PAGE = 100;
const PAGE_MAX = 200;
/** Fills come by the feed; this is for when it is silent. */
export const POLL_MS = 15_000;

const rowsOf = (page: Schemas["Trades"]): readonly Trade[] => page.trades;

export function filterOf({ botId, type, asset, from, to }: TradesSearch): TradesFilter {
  return { botId, type, asset, startTime: from, endTime: to };
}

const readPage = (filter: TradesFilter, limit: number, cursor: string | undefined, signal?: AbortSignal) =>
  unwrap(api.GET("/api/trades", { params: { query: { ...filter, limit, cursor } }, signal }));

export function useTrades(search: TradesSearch): Keyset<Trade> {
  const { botId, type, asset, from, to } = search;
  const filter = useMemo(() => filterOf({ botId, type, asset, from, to }), [botId, type, asset, from, to]);
  const read = useCallback(
    (cursor: string | undefined, signal: AbortSignal) => readPage(filter, PAGE, cursor, signal),
    [filter],
  );
  const own = useOwn();
  const enabled = !isImpossible(search) && (type !== "mine" || own);
  return useKeyset({ topic: TOPIC.trades, filter, read, rowsOf, pollMs: POLL_MS, enabled });
}

export function everyTrade(search: TradesSearch): AsyncGenerator<readonly Trade[]> {
  const filter = filterOf(search);
  return everyPage((cursor) => readPage(filter, PAGE_MAX, cursor), rowsOf);
}
