// Ranges of a wallet's ledger on a line of time. Pure.
import type { Schemas } from "@/api/client";

type Range = Schemas["RangeView"];

/** From the first to the last moment of all; null where there is none. */
export function extentOf(ranges: readonly Range[]): { from: number; to: number } | null {
  if (ranges.length === 0) return null;
  const from = Math.min(...ranges.map((range) => range.fromTime));
  return { from, to: Math.max(from + 1, ...ranges.map((range) => range.toTime)) };
}

/** What is proven: the stretch that reaches furthest, gaps left out. */
export function provenBy(ranges: readonly Range[]): Range | null {
  const sound = ranges.filter((range) => range.state !== "gap" && range.asset === null);
  return sound.reduce<Range | null>(
    (best, range) => (best === null || range.toTime > best.toTime ? range : best),
    null,
  );
}

export interface Placed {
  key: string;
  state: Range["state"];
  /** Percent of the whole line. */
  left: number;
  width: number;
}

const WIDTH_LEAST = 0.6;
const ORDER: readonly Range["state"][] = ["complete", "repaired", "gap"];

/** Where each lies; gaps come last, so that they are drawn over what is proven. */
export function placed(ranges: readonly Range[], extent: { from: number; to: number }): Placed[] {
  const whole = extent.to - extent.from;
  return [...ranges]
    .sort((one, other) => ORDER.indexOf(one.state) - ORDER.indexOf(other.state))
    .map((range) => {
      const width = Math.max(WIDTH_LEAST, ((range.toTime - range.fromTime) / whole) * 100);
      return {
        key: `${range.asset}-${range.fromTime}-${range.toTime}-${range.state}`,
        state: range.state,
        left: Math.min(100 - width, ((range.fromTime - extent.from) / whole) * 100),
        width,
      };
    });
}
