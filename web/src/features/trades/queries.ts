// What this page asks beside the list: one trade, and prices around it.
import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client";
import { TOPIC } from "@/api/queries";

export const tradeQuery = (id: string) =>
  queryOptions({
    queryKey: [TOPIC.trades, "one", id],
    queryFn: ({ signal }) => unwrap(api.GET("/api/trades/{trade_id}", { params: { path: { trade_id: id } }, signal })),
  });

export const pricesQuery = (window: { asset: string; startTime: number; endTime: number }) =>
  queryOptions({
    queryKey: ["prices", window],
    queryFn: ({ signal }) => unwrap(api.GET("/api/prices", { params: { query: window }, signal })),
    staleTime: 60_000,
  });
