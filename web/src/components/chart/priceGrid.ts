// The time axis of a price chart. The plotting library gives every point the same width, so points are laid on a grid of
// equal steps: then a distance on the screen is a distance in time. Pure.
export interface PricePoint {
  /** Milliseconds since the epoch. */
  timestamp: number;
  price: number;
}

export interface PriceFill extends PricePoint {
  id: string;
  /** Whose: a bot's, or ours. */
  type: "bot" | "mine";
  side: "long" | "short";
  size: number;
}

export interface Slot {
  /** Seconds since the epoch, as the library counts. */
  time: number;
  price: number | null;
  /** No mark was recorded for longer than usual before this one: the line up to it is drawn pale. */
  afterGap: boolean;
}

const SLOTS_MAX = 1500;
const MINUTE_MS = 60_000;

/** Milliseconds from slot to slot, whole minutes. */
export function stepOf(from: number, to: number): number {
  return Math.max(1, Math.ceil((to - from) / MINUTE_MS / SLOTS_MAX)) * MINUTE_MS;
}

export const slotOf = (timestamp: number, step: number): number => (Math.floor(timestamp / step) * step) / 1000;

/** Every slot from the first to the last moment, with the last mark recorded in it. */
export function slotsOf(points: readonly PricePoint[], from: number, to: number, usualMs: number): Slot[] {
  const step = stepOf(from, to);
  const prices = new Map(points.map((point) => [slotOf(point.timestamp, step), point.price]));
  const slots: Slot[] = [];
  let last: number | null = null;
  for (let time = slotOf(from, step); time <= slotOf(to, step); time += step / 1000) {
    const price = prices.get(time) ?? null;
    const afterGap = price !== null && last !== null && (time - last) * 1000 > usualMs + step;
    slots.push({ time, price, afterGap });
    if (price !== null) last = time;
  }
  return slots;
}
