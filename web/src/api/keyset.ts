// A long list, newest first, read page by page by cursor. What is on the screen stays where it is while new rows come:
// the newest page is watched beside the list, and says how many rows are newer than the list's first.
import { keepPreviousData, type QueryClient, useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import type { Schemas } from "./client";

export interface Row {
  id: string;
  timestamp: number;
}

interface Page {
  pagination: Schemas["Pagination"];
}

export interface KeysetSource<P extends Page, R extends Row> {
  /** The topic of what is listed: the shell makes it old when the feed says so. */
  topic: string;
  /** All that the filter says. */
  filter: object;
  /** One page; without a cursor the newest. */
  read: (cursor: string | undefined, signal: AbortSignal) => Promise<P>;
  rowsOf: (page: P) => readonly R[];
  /** How often the newest page is read though nothing was heard. */
  pollMs: number;
  enabled?: boolean;
}

export interface Keyset<R extends Row> {
  /** Undefined before the first page. */
  data: readonly R[] | undefined;
  error: unknown;
  isPending: boolean;
  /** The rows are still those of the filter before. */
  isBefore: boolean;
  /** This machine's clock when the list was begun, and when the newest page was last read. */
  begunAt: number;
  dataUpdatedAt: number;
  refetch: () => void;
  /** All rows of the filter, as of the newest page. */
  total: number;
  totalIsEstimate: boolean;
  /** Rows newer than the first of the list; at least so many where `newerIsMore`. */
  newer: number;
  newerIsMore: boolean;
  showNewer: () => void;
  more: { has: boolean; busy: boolean; error: unknown; fetch: () => void };
}

export function useKeyset<P extends Page, R extends Row>(source: KeysetSource<P, R>): Keyset<R> {
  const { topic, filter, read, rowsOf, pollMs, enabled = true } = source;
  const client = useQueryClient();
  const listKey = useMemo(() => ["keyset", topic, filter], [topic, filter]);
  const headKey = useMemo(() => [topic, "newest", filter], [topic, filter]);
  const list = useInfiniteQuery({
    queryKey: listKey,
    queryFn: ({ pageParam, signal }) =>
      pageParam === undefined ? newest(client, headKey, read) : read(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.pagination.nextCursor ?? undefined,
    // Never read again by itself: reading every page again would move what is being looked at.
    staleTime: "static",
    // Pages never change, and comparing all of them with themselves at each new one takes longer than reading it.
    structuralSharing: false,
    // Another filter shows the rows of the last until its own are there, so that nothing flashes.
    placeholderData: keepPreviousData,
    enabled,
  });
  const own = list.data !== undefined && !list.isPlaceholderData;
  const head = useQuery({
    queryKey: headKey,
    queryFn: ({ signal }) => read(undefined, signal),
    enabled: enabled && own,
    refetchInterval: pollMs,
  });
  const shown = useMemo(() => list.data?.pages.flatMap((page) => [...rowsOf(page)]), [list.data, rowsOf]);
  const top = useMemo(() => (head.data === undefined || !own ? [] : rowsOf(head.data)), [head.data, own, rowsOf]);
  const failed = list.isPlaceholderData && list.isError;
  const data = useMemo(() => (shown === undefined || failed ? undefined : merged(shown, top)), [shown, failed, top]);
  const newer = data === undefined ? 0 : countNewer(data, top);
  const showNewer = useCallback(() => {
    if (head.data !== undefined) client.setQueryData(listKey, { pages: [head.data], pageParams: [undefined] });
  }, [client, head.data, listKey]);
  const pagination = (own ? head.data : undefined)?.pagination ?? list.data?.pages[0]?.pagination;
  return {
    data,
    error: own ? null : list.error,
    isPending: list.isPending,
    isBefore: !own,
    begunAt: list.dataUpdatedAt,
    dataUpdatedAt: Math.max(head.dataUpdatedAt, list.dataUpdatedAt),
    refetch: () => void list.refetch(),
    total: pagination?.total ?? 0,
    totalIsEstimate: pagination?.totalIsEstimate ?? false,
    newer,
    newerIsMore: newer > 0 && newer === top.length && top.length < (pagination?.total ?? 0),
    showNewer,
    more: {
      has: own && list.hasNextPage,
      busy: list.isFetchingNextPage,
      error: list.isFetchNextPageError ? list.error : null,
      fetch: () => {
        if (own && list.hasNextPage && !list.isFetchingNextPage) void list.fetchNextPage();
      },
    },
  };
}

/** The newest page by way of the query that watches it, so that it is read once and not twice. */
function newest<P>(
  client: QueryClient,
  queryKey: readonly unknown[],
  read: (cursor: string | undefined, signal: AbortSignal) => Promise<P>,
): Promise<P> {
  return client.fetchQuery({ queryKey, queryFn: ({ signal }) => read(undefined, signal), staleTime: 0 });
}

/** The list with what the newest page tells anew of its rows; an empty list takes all of it, there is no place to keep. */
export function merged<R extends Row>(list: readonly R[], newestRows: readonly R[]): readonly R[] {
  if (list.length === 0) return newestRows;
  const news = new Map(newestRows.map((row) => [row.id, row]));
  return news.size === 0 ? list : list.map((row) => news.get(row.id) ?? row);
}

/** How many rows of the newest page come before the first of the list. */
export function countNewer<R extends Row>(list: readonly R[], newestRows: readonly R[]): number {
  const first = list[0];
  return first === undefined ? 0 : newestRows.filter((row) => isNewer(row, first)).length;
}

/** In the API's order: by time, then by id. */
function isNewer(one: Row, other: Row): boolean {
  return one.timestamp > other.timestamp || (one.timestamp === other.timestamp && one.id > other.id);
}

/** Every row of a filter, in parts: for an export. */
export async function* everyPage<P extends Page, R>(
  read: (cursor: string | undefined) => Promise<P>,
  rowsOf: (page: P) => readonly R[],
): AsyncGenerator<readonly R[]> {
  let cursor: string | undefined;
  do {
    const page = await read(cursor);
    yield rowsOf(page);
    cursor = page.pagination.nextCursor ?? undefined;
  } while (cursor !== undefined);
}
