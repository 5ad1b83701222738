// What the page asks for beside what every page asks for.
import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client";

const MINUTE_MS = 60_000;

/** How many orders of ours the last minute had, by the clock that `now` tells when it is asked; null where it does not. */
export const orderRateQuery = (now: () => number | null) =>
  queryOptions({
    queryKey: ["orders", "lastMinute"],
    queryFn: async ({ signal }) => {
      const at = now();
      if (at === null) return null;
      const query = { type: "mine", limit: 1, startTime: Math.max(0, Math.floor(at - MINUTE_MS)) } as const;
      return (await unwrap(api.GET("/api/trades", { params: { query }, signal }))).pagination.total;
    },
  });
