// The state of the whole, live while the socket lives and polled while it does not.
import { useQuery } from "@tanstack/react-query";
import type { Schemas } from "@/api/client";
import { stateQuery } from "@/api/queries";
import { useLive } from "@/live/store";

const POLL_MS = 3000;

/** Part of the newest state, undefined before the first. */
export function useCurrentState<T>(select: (state: Schemas["State"]) => T): T | undefined {
  const live = useLive((store) => store.link === "live");
  return useQuery({ ...stateQuery(), refetchInterval: live ? false : POLL_MS, select }).data;
}

/** This machine's clock when the state was last heard, ms; null before. */
export function useHeardAt(): number | null {
  const live = useLive((store) => store.link === "live");
  const at = useQuery({ ...stateQuery(), refetchInterval: live ? false : POLL_MS, select: () => 0 }).dataUpdatedAt;
  return at === 0 ? null : at;
}
