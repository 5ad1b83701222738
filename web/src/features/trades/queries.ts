// What this page asks beside the list: one trade.
import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client";
import { TOPIC } from "@/api/queries";

export const tradeQuery = (id: string) =>
  queryOptions({
    queryKey: [TOPIC.trades, "one", id],
    queryFn: ({ signal }) => unwrap(api.GET("/api/trades/{trade_id}", { params: { path: { trade_id: id } }, signal })),
  });
