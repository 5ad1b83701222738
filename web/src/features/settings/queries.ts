// What only this page asks: every version there was.
import { infiniteQueryOptions } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client";
import { TOPIC } from "@/api/queries";

const VERSIONS = 20;

/** Newest first. Made old together with the settings. */
export const historyQuery = () =>
  infiniteQueryOptions({
    queryKey: [TOPIC.settings, "history"],
    queryFn: ({ pageParam, signal }) =>
      unwrap(api.GET("/api/settings/history", { params: { query: { limit: VERSIONS, before: pageParam } }, signal })),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (last) => (last.versions.length < VERSIONS ? undefined : last.versions.at(-1)?.version),
  });
