import { describe, expect, it } from "vitest";
import { drawdown, indexAt, lastKnown, sinceFirst, spread } from "./series";

describe("what is worked out from a line", () => {
  it("falls from its highest so far", () => {
    expect(drawdown([100, 120, 90, null, 120, 60])).toEqual([0, 0, -0.25, null, 0, -0.5]);
  });

  it("changes since its first known value", () => {
    expect(sinceFirst([null, 100, 110, 95])).toEqual([null, 0, 110 / 100 - 1, 95 / 100 - 1]);
    expect(sinceFirst([null, null])).toEqual([null, null]);
  });

  it("ends at its last known value", () => {
    expect(lastKnown([1, 2, null])).toBe(2);
    expect(lastKnown([])).toBeNull();
  });

  it("is found by time", () => {
    expect([5, 10, 14, 20, 99].map((time) => indexAt([10, 15, 20], time))).toEqual([0, 0, 0, 2, 2]);
  });
});

describe("labels at the ends", () => {
  const apart = (places: readonly number[], height: number) => {
    const sorted = [...places].sort((a, b) => a - b);
    return sorted.every((place, index) => index === 0 || place - (sorted[index - 1] as number) >= height - 1e-9);
  };

  it("stay where there is room", () => {
    expect(spread([20, 100], 16, 200)).toEqual([20, 100]);
  });

  it("never cover one another and never leave the chart", () => {
    for (const wanted of [
      [50, 50, 50, 50],
      [-20, 0, 5],
      [190, 195, 199, 260],
      [10, 12, 11, 180, 181],
    ]) {
      const places = spread(wanted, 16, 200);
      expect(apart(places, 16)).toBe(true);
      expect(Math.min(...places)).toBeGreaterThanOrEqual(8);
      expect(Math.max(...places)).toBeLessThanOrEqual(192);
    }
  });

  it("keep the order of the lines", () => {
    const places = spread([60, 50, 55], 16, 200);
    expect((places[1] as number) < (places[2] as number) && (places[2] as number) < (places[0] as number)).toBe(true);
  });
});
