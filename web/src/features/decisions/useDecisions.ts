// The decisions behind this page's filter: the list as it is scrolled, and all of them for an export.
import { useCallback, useMemo } from "react";
import { api, type Schemas, unwrap } from "@/api/client";
import { everyPage, type Keyset, useKeyset } from "@/api/keyset";
import { type DecisionsFilter, TOPIC } from "@/api/queries";
import { type DecisionsSearch, isImpossible } from "./search";

export type Decision = Schemas["DecisionView"];

const PAGE = 100;
const PAGE_MAX = 200;
/** Decisions come by the feed; this is for when it is silent. */
export const POLL_MS = 15_000;

const rowsOf = (page: Schemas["Decisions"]): readonly Decision[] => page.decisions;

export function filterOf({ botId, asset, outcome, code, from, to }: DecisionsSearch): DecisionsFilter {
  return { botId, asset, decision: outcome, skipCode: code, startTime: from, endTime: to };
}

const readPage = (filter: DecisionsFilter, limit: number, cursor: string | undefined, signal?: AbortSignal) =>
  unwrap(api.GET("/api/decisions", { params: { query: { ...filter, limit, cursor } }, signal }));

export function useDecisions(search: DecisionsSearch): Keyset<Decision> {
  const { botId, asset, outcome, code, from, to } = search;
  const filter = useMemo(
    () => filterOf({ botId, asset, outcome, code, from, to }),
    [botId, asset, outcome, code, from, to],
  );
  const read = useCallback(
    (cursor: string | undefined, signal: AbortSignal) => readPage(filter, PAGE, cursor, signal),
    [filter],
  );
  return useKeyset({ topic: TOPIC.decisions, filter, read, rowsOf, pollMs: POLL_MS, enabled: !isImpossible(search) });
}

export function everyDecision(search: DecisionsSearch): AsyncGenerator<readonly Decision[]> {
  const filter = filterOf(search);
  return everyPage((cursor) => readPage(filter, PAGE_MAX, cursor), rowsOf);
}
