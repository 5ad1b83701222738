// Assets to suggest: those that were ever traded by a bot or us.
import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, unwrap } from "./client";

const assetsQuery = () =>
  queryOptions({
    queryKey: ["assets"],
    queryFn: ({ signal }) => unwrap(api.GET("/api/assets", { signal })),
    staleTime: 60_000,
    select: ({ assets }) => assets.map((each) => each.asset),
  });

const NONE: readonly string[] = [];

export const useAssets = (): readonly string[] => useQuery(assetsQuery()).data ?? NONE;
