// What the page of one bot asks for beside what every page asks for.
import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client";
import { TOPIC } from "@/api/queries";

export const PAGE_MAX = 200;
const ORDERS_MAX = 1000;

/** Our orders against a bot, newest first, up to `ORDERS_MAX`. Apart from the topic of trades: a fill reads no five pages. */
export const ordersAgainstQuery = (botId: string) =>
  queryOptions({
    queryKey: ["orders", "against", botId],
    queryFn: async ({ signal }) => {
      const found = [];
      let cursor: string | undefined;
      do {
        const query = { type: "mine", botId, limit: PAGE_MAX, cursor } as const;
        const page = await unwrap(api.GET("/api/trades", { params: { query }, signal }));
        found.push(...page.trades);
        cursor = page.pagination.nextCursor ?? undefined;
      } while (cursor !== undefined && found.length < ORDERS_MAX);
      return found;
    },
  });

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
