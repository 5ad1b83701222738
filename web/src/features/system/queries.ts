// What only this page asks: the figures of the web process, and the log page by page.
import { queryOptions } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { api, type Schemas, unwrap } from "@/api/client";
import { everyPage, type Keyset, useKeyset } from "@/api/keyset";
import { type EventsFilter, TOPIC } from "@/api/queries";
import { samplesOf } from "./exposition";
import { isImpossible, type SystemSearch } from "./search";

export type LogLine = Schemas["SystemEventView"];

export const METRICS_EVERY_MS = 10_000;
export const POLL_MS = 15_000;
const PAGE = 100;
const PAGE_MAX = 200;

export const metricsQuery = () =>
  queryOptions({
    queryKey: ["metrics"],
    queryFn: async ({ signal }) => samplesOf(await unwrap(api.GET("/metrics", { parseAs: "text", signal }))),
    refetchInterval: METRICS_EVERY_MS,
  });

export const SYSTEM_EVERY_MS = 10_000;

export const systemQuery = () =>
  queryOptions({
    queryKey: ["system"],
    queryFn: ({ signal }) => unwrap(api.GET("/api/system", { signal })),
    refetchInterval: SYSTEM_EVERY_MS,
  });

export const HEALTH_EVERY_MS = 5_000;

/** Health is an answer also when it is bad: 503 says what is wrong as 200 says what is well. */
export const healthQuery = () =>
  queryOptions({
    queryKey: [TOPIC.health, "checks"],
    queryFn: async ({ signal }): Promise<Schemas["Health"]> => {
      const answer = await api.GET("/api/health", { signal });
      const health = answer.data ?? answer.error;
      return health !== undefined && "checks" in health ? health : unwrap(Promise.resolve(answer));
    },
    refetchInterval: HEALTH_EVERY_MS,
    retry: false,
  });

const linesOf = (page: Schemas["SystemEvents"]): readonly LogLine[] => page.events;

function filterOf({ level, category, text, from, to }: SystemSearch): EventsFilter {
  return { level, category, text, startTime: from, endTime: to };
}

const readPage = (filter: EventsFilter, limit: number, cursor: string | undefined, signal?: AbortSignal) =>
  unwrap(api.GET("/api/events", { params: { query: { ...filter, limit, cursor } }, signal }));

export function useLog(search: SystemSearch): Keyset<LogLine> {
  const { level, category, text, from, to } = search;
  const filter = useMemo(() => filterOf({ level, category, text, from, to }), [level, category, text, from, to]);
  const read = useCallback(
    (cursor: string | undefined, signal: AbortSignal) => readPage(filter, PAGE, cursor, signal),
    [filter],
  );
  return useKeyset({
    topic: TOPIC.events,
    filter,
    read,
    rowsOf: linesOf,
    pollMs: POLL_MS,
    enabled: !isImpossible(search),
  });
}

export function everyLine(search: SystemSearch): AsyncGenerator<readonly LogLine[]> {
  const filter = filterOf(search);
  return everyPage((cursor) => readPage(filter, PAGE_MAX, cursor), linesOf);
}
