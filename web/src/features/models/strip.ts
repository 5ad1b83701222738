// What is proven of a wallet's history, as stretches of one line of time. Pure.
import type { Schemas } from "@/api/client";

export type Wallet = Schemas["WalletCompleteness"];
type Range = Schemas["RangeView"];

export interface Stretch {
  id: string;
  state: Range["state"] | "unproven";
  asset: string | null;
  fromTime: number;
  toTime: number;
  detail: string;
  /** Of the whole strip, 0 to 1. */
  from: number;
  share: number;
}

export interface Strip {
  fromTime: number;
  toTime: number;
  /** To be drawn in this order: what is proven first, gaps above it. */
  stretches: readonly Stretch[];
}

const ORDER = ["complete", "repaired", "gap", "unproven"];

/** Null where nothing is known. `now` is the system's own clock: what lies between the last proof and it is unproven. */
export function stripOf(wallet: Wallet, now: number | null): Strip | null {
  if (wallet.ranges.length === 0) return null;
  const fromTime = Math.min(...wallet.ranges.map((range) => range.fromTime));
  const proven = Math.max(...wallet.ranges.map((range) => range.toTime));
  const toTime = Math.max(proven, now ?? 0);
  const length = Math.max(1, toTime - fromTime);
  const place = (from: number, to: number) => ({ from: (from - fromTime) / length, share: (to - from) / length });
  const stretches: Stretch[] = wallet.ranges.map((range, index) => ({
    ...range,
    ...place(range.fromTime, range.toTime),
    id: `${index} ${range.fromTime}`,
  }));
  if (toTime > proven) {
    stretches.push({
      ...place(proven, toTime),
      id: "unproven",
      state: "unproven",
      asset: null,
      fromTime: proven,
      toTime,
      detail: "since the last proof; fills are taken as they come",
    });
  }
  return {
    fromTime,
    toTime,
    stretches: stretches.sort((one, other) => rank(one) - rank(other) || one.from - other.from),
  };
}

const rank = (stretch: Stretch): number => ORDER.indexOf(stretch.state);
