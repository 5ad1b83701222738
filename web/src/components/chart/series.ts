// What a chart draws, and what is worked out from it. Pure.

export interface ChartSeries {
  id: string;
  name: string;
  /** Name of a custom property of the theme: `--fade`, `botColour(id)`. */
  colour: string;
  /** One for each time; null where nothing is known. */
  values: readonly (number | null)[];
  /** The line this is about: thick, and its end filled. */
  strong?: boolean;
  dashed?: boolean;
  /** Said after the value at its end: the amount beside a percentage. */
  note?: string;
}

export interface ChartMarker {
  id: string;
  /** Milliseconds since the epoch. */
  time: number;
  /** On which line. */
  series: string;
  up: boolean;
}

/** How far below its highest so far, as a ratio of it: 0 at a high, −0.1 ten percent below. */
export function drawdown(values: readonly (number | null)[]): (number | null)[] {
  let highest = Number.NEGATIVE_INFINITY;
  return values.map((value) => {
    if (value === null) return null;
    highest = Math.max(highest, value);
    return highest > 0 ? value / highest - 1 : null;
  });
}

/** Change since the first known value, as a ratio of it. */
export function sinceFirst(values: readonly (number | null)[]): (number | null)[] {
  const first = values.find((value) => value !== null && value !== 0) ?? null;
  return values.map((value) => (value === null || first === null ? null : value / first - 1));
}

export function lastKnown(values: readonly (number | null)[]): number | null {
  for (let index = values.length - 1; index >= 0; index--) {
    const value = values[index];
    if (value !== null && value !== undefined) return value;
  }
  return null;
}

/** The last index whose time is not after `time`; 0 before the first. Times ascend. */
export function indexAt(times: readonly number[], time: number): number {
  let low = 0;
  let high = times.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((times[middle] as number) <= time) low = middle;
    else high = middle - 1;
  }
  return low;
}

/**
 * Moves labels apart so that none covers another: as near to where each wants to be as the order allows.
 *
 * `wanted` are their middles from top, in pixels; returned in the same order, all within 0 to `height`.
 */
export function spread(wanted: readonly number[], labelHeight: number, height: number): number[] {
  const order = wanted.map((_, index) => index).sort((a, b) => (wanted[a] as number) - (wanted[b] as number));
  const placed = new Array<number>(wanted.length).fill(0);
  let floor = labelHeight / 2;
  for (const index of order) {
    placed[index] = Math.max(floor, wanted[index] as number);
    floor = (placed[index] as number) + labelHeight;
  }
  let ceiling = height - labelHeight / 2;
  for (const index of order.toReversed()) {
    placed[index] = Math.max(labelHeight / 2, Math.min(ceiling, placed[index] as number));
    ceiling = (placed[index] as number) - labelHeight;
  }
  return placed;
}
