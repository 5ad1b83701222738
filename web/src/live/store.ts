// What is known live: the state of the whole, the newest lines of the feed, and how the connection is. Written by the
// socket only; read with selectors, so that a tick renders the cell that changed and nothing else.
import { create } from "zustand";
import type { Schemas } from "@/api/client";
import type { LiveItem } from "./frames";

export type Link = "connecting" | "live" | "reconnecting" | "logged-out";

export const ITEMS_KEPT = 200;
/** State frames come every 5 seconds at least; after three that did not come, what is shown is old. */
export const STALE_AFTER_MS = 15_000;

export interface LiveStore {
  link: Link;
  /** This machine's clock at the last message, null before the first. */
  heardAt: number | null;
  /** The last state told; old where `heardAt` is. */
  state: Schemas["State"] | null;
  /** Newest first. */
  items: readonly LiveItem[];
  /** How many items were ever taken since the page was opened. */
  taken: number;
}

export const liveStore = create<LiveStore>()(() => ({
  link: "connecting",
  heardAt: null,
  state: null,
  items: [],
  taken: 0,
}));

export const useLive = liveStore;

/** Adds items in the order in which they came. */
export function addItems(came: readonly LiveItem[]): void {
  if (came.length === 0) return;
  liveStore.setState((store) => ({
    items: [...came.toReversed(), ...store.items].slice(0, ITEMS_KEPT),
    taken: store.taken + came.length,
  }));
}

/** The system's own clock, ms since the epoch: simulated time in a replay. Null until it is known. */
export const clockOf = (store: LiveStore): number | null =>
  store.state?.systemStatus.clockTime ?? store.state?.equity.timestamp ?? null;
