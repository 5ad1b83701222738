import { describe, expect, it } from "vitest";
import type { Schemas } from "@/api/client";
import { BEFORE_FEES, BTC, FADE, linesOf, TOGETHER } from "./equityLines";

const noted = { fadeBeforeFees: null, fadePnL: {}, benchmarks: { btcHold: null } };
const points: Schemas["EquityPointView"][] = [
  { ...noted, timestamp: 1000, botsAggregate: 200, fadeArena: 100, bots: { "gpt-5": 50 } },
  { ...noted, timestamp: 2000, botsAggregate: 150, fadeArena: 110, bots: { "gpt-5": 40, "grok-4": 60 } },
];
const names = new Map([["gpt-5", "GPT-5"]]);

describe("the lines of the arena", () => {
  it("are the fade, the bots together, and each bot that was ever there", () => {
    const lines = linesOf(points, null, names, "usd");
    expect(lines.series.map((line) => line.id)).toEqual([FADE, TOGETHER, "gpt-5", "grok-4"]);
    expect(lines.series.map((line) => line.name)).toEqual(["FADE", "BOTS", "GPT-5", "grok-4"]);
    expect(lines.series[3]?.values).toEqual([null, 60]);
  });

  it("are changes since the start of the range in percent", () => {
    const lines = linesOf(points, null, names, "pct");
    expect(lines.series[1]?.values).toEqual([0, -0.25]);
    expect(lines.series[3]?.values).toEqual([null, 0]);
  });

  it("draw down in dollars' terms whatever the unit", () => {
    const lines = linesOf(points, null, names, "pct");
    expect(lines.drawdowns.map((line) => line.values)).toEqual([
      [0, 0],
      [0, -0.25],
    ]);
  });

  it("show a benchmark as soon as it is known, and not before", () => {
    const later = [points[0], { ...points[1], fadeBeforeFees: 112, benchmarks: { btcHold: 101 } }] as typeof points;
    const series = linesOf(later, null, names, "usd").series;
    expect(series.find((line) => line.id === BTC)?.values).toEqual([null, 101]);
    expect(series.find((line) => line.id === BEFORE_FEES)?.values).toEqual([null, 112]);
    expect(linesOf(points, null, names, "usd").series.some((line) => line.id === BTC)).toBe(false);
  });

  it("end at the live tip where it is newer", () => {
    const start = { bots: 100, fadeArena: 100 };
    const tip = { total: 120, fadeArena: 120, botsAggregate: 140, timestamp: 2500, startingEquity: start };
    expect(linesOf(points, tip, names, "usd").times).toEqual([1000, 2000, 2500]);
    expect(linesOf(points, { ...tip, timestamp: 2000 }, names, "usd").times).toEqual([1000, 2000]);
  });
});
