// What this page asks beside the list: how often each reason, and one decision's surroundings.
import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client";
import { TOPIC } from "@/api/queries";
import type { DecisionsSearch } from "./search";

/** Counts over bot, asset and time; not over the reason, which is what is chosen by them. */
export const countsQuery = ({ botId, asset, from, to }: DecisionsSearch) =>
  queryOptions({
    queryKey: [TOPIC.decisions, "counts", { botId, asset, from, to }],
    queryFn: ({ signal }) => {
      const query = { botId, asset, startTime: from, endTime: to };
      return unwrap(api.GET("/api/decisions/counts", { params: { query }, signal }));
    },
    refetchInterval: 15_000,
  });

const AROUND_MS = 3_600_000;
const AROUND_MAX = 50;

/** Our orders against this bot in this asset, within an hour of a moment. */
export const ordersAroundQuery = (botId: string, asset: string, at: number) =>
  queryOptions({
    queryKey: [TOPIC.trades, "around", botId, asset, at],
    queryFn: ({ signal }) => {
      const [startTime, endTime] = [Math.max(0, at - AROUND_MS), at + AROUND_MS];
      const query = { type: "mine", botId, asset, startTime, endTime, limit: AROUND_MAX } as const;
      return unwrap(api.GET("/api/trades", { params: { query }, signal }));
    },
  });
