// What pages ask, as query options: one name for each answer, so that everybody shares one copy of it.
//
// `useQuery(modelsQuery())`. Lists page by cursor with `useInfiniteQuery(tradesQuery(filter))`.
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { paths } from "./api";
import { api, unwrap } from "./client";

type Query<Path extends keyof paths> = paths[Path] extends { get: { parameters: { query?: infer Q } } }
  ? NonNullable<Q>
  : never;

export type TradesFilter = Omit<Query<"/api/trades">, "page" | "cursor">;
export type DecisionsFilter = Omit<Query<"/api/decisions">, "page" | "cursor">;
export type EventsFilter = Omit<Query<"/api/events">, "page" | "cursor">;
export type EquityWish = Query<"/api/equity">;

/** Groups of queries to refetch together: `queryClient.invalidateQueries({ queryKey: [TOPIC.trades] })`. */
export const TOPIC = {
  state: "state",
  models: "models",
  bots: "bots",
  trades: "trades",
  decisions: "decisions",
  equity: "equity",
  events: "events",
  settings: "settings",
  health: "health",
  completeness: "completeness",
  session: "session",
  marks: "marks",
} as const;

export const sessionQuery = () =>
  queryOptions({
    queryKey: [TOPIC.session],
    queryFn: ({ signal }) => unwrap(api.GET("/api/session", { signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const stateQuery = () =>
  queryOptions({
    queryKey: [TOPIC.state],
    queryFn: ({ signal }) => unwrap(api.GET("/api/state", { signal })),
  });

export const modelsQuery = () =>
  queryOptions({
    queryKey: [TOPIC.models],
    queryFn: ({ signal }) => unwrap(api.GET("/api/models", { signal })),
    refetchInterval: 15_000,
  });

/** The last price of every asset. */
export const marksQuery = () =>
  queryOptions({
    queryKey: [TOPIC.marks],
    queryFn: ({ signal }) => unwrap(api.GET("/api/marks", { signal })),
  });

export const botsQuery = () =>
  queryOptions({
    queryKey: [TOPIC.bots],
    queryFn: ({ signal }) => unwrap(api.GET("/api/bots", { signal })),
    staleTime: 60_000,
  });

export const equityQuery = (wish: EquityWish) =>
  queryOptions({
    queryKey: [TOPIC.equity, wish],
    queryFn: ({ signal }) => unwrap(api.GET("/api/equity", { params: { query: wish }, signal })),
  });

/** Equity over the last `backMs`, or all of it, by the clock that `now` tells when it is asked: the name stays the same. */
export const equityBackQuery = (backMs: number | null, now: () => number | null) =>
  queryOptions({
    queryKey: [TOPIC.equity, "back", backMs],
    queryFn: ({ signal }) => {
      const at = now();
      const query = backMs === null || at === null ? {} : { startTime: Math.max(0, Math.floor(at - backMs)) };
      return unwrap(api.GET("/api/equity", { params: { query }, signal }));
    },
  });

/** The newest trades, one page. */
export const latestTradesQuery = (filter: TradesFilter) =>
  queryOptions({
    queryKey: [TOPIC.trades, "latest", filter],
    queryFn: ({ signal }) => unwrap(api.GET("/api/trades", { params: { query: filter }, signal })),
  });

const PAGE_MAX = 200;

/** Our newest orders, as many pages as `most` takes: to mark them in a chart. */
export const ordersQuery = (most: number) =>
  queryOptions({
    queryKey: ["orders", most],
    queryFn: async ({ signal }) => {
      const found = [];
      let cursor: string | undefined;
      do {
        const query = { type: "mine", limit: PAGE_MAX, cursor } as const;
        const page = await unwrap(api.GET("/api/trades", { params: { query }, signal }));
        found.push(...page.trades);
        cursor = page.pagination.nextCursor ?? undefined;
      } while (cursor !== undefined && found.length < most);
      return found;
    },
  });

/** The newest decisions, one page. */
export const latestDecisionsQuery = (filter: DecisionsFilter) =>
  queryOptions({
    queryKey: [TOPIC.decisions, "latest", filter],
    queryFn: ({ signal }) => unwrap(api.GET("/api/decisions", { params: { query: filter }, signal })),
  });

export const settingsQuery = () =>
  queryOptions({
    queryKey: [TOPIC.settings],
    queryFn: ({ signal }) => unwrap(api.GET("/api/settings", { signal })),
  });

export const healthQuery = () =>
  queryOptions({
    queryKey: [TOPIC.health],
    queryFn: ({ signal }) => unwrap(api.GET("/api/health", { signal })),
    refetchInterval: 10_000,
  });

export const completenessQuery = () =>
  queryOptions({
    queryKey: [TOPIC.completeness],
    queryFn: ({ signal }) => unwrap(api.GET("/api/completeness", { signal })),
  });

export const decisionQuery = (id: string) =>
  queryOptions({
    queryKey: [TOPIC.decisions, "one", id],
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/decisions/{decision_id}", { params: { path: { decision_id: id } }, signal })),
  });

export const tradesQuery = (filter: TradesFilter) =>
  infiniteQueryOptions({
    queryKey: [TOPIC.trades, filter],
    queryFn: ({ pageParam, signal }) =>
      unwrap(api.GET("/api/trades", { params: { query: { ...filter, cursor: pageParam } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.pagination.nextCursor ?? undefined,
  });

export const decisionsQuery = (filter: DecisionsFilter) =>
  infiniteQueryOptions({
    queryKey: [TOPIC.decisions, "list", filter],
    queryFn: ({ pageParam, signal }) =>
      unwrap(api.GET("/api/decisions", { params: { query: { ...filter, cursor: pageParam } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.pagination.nextCursor ?? undefined,
  });

/** The newest lines of the system's log, one page. */
export const latestEventsQuery = (filter: EventsFilter) =>
  queryOptions({
    queryKey: [TOPIC.events, "latest", filter],
    queryFn: ({ signal }) => unwrap(api.GET("/api/events", { params: { query: filter }, signal })),
  });

export const eventsQuery = (filter: EventsFilter) =>
  infiniteQueryOptions({
    queryKey: [TOPIC.events, filter],
    queryFn: ({ pageParam, signal }) =>
      unwrap(api.GET("/api/events", { params: { query: { ...filter, cursor: pageParam } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.pagination.nextCursor ?? undefined,
  });
