// What the page of one bot asks for beside what every page asks for.
import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client";
import { TOPIC } from "@/api/queries";

export const PAGE_MAX = 200;

/** A bot's equity over the last `backMs`, or all of it, by the clock that `now` tells when it is asked. */
export const botEquityQuery = (botId: string, backMs: number | null, now: () => number | null) =>
  queryOptions({
    queryKey: [TOPIC.equity, "bot", botId, backMs],
    queryFn: ({ signal }) => {
      const at = now();
      const startTime = backMs === null || at === null ? undefined : Math.max(0, Math.floor(at - backMs));
      return unwrap(api.GET("/api/equity", { params: { query: { botId, startTime } }, signal }));
    },
  });

/** How often a bot was answered, and why it was not. */
export const countsQuery = (botId: string) =>
  queryOptions({
    queryKey: [TOPIC.decisions, "counts", botId],
    queryFn: ({ signal }) => unwrap(api.GET("/api/decisions/counts", { params: { query: { botId } }, signal })),
  });
