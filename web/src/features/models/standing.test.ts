import { describe, expect, it } from "vitest";
import type { Schemas } from "@/api/client";
import { botLines, FADE } from "./botLines";
import type { Trade } from "./pairs";
import { fallOf, gross, type Model, net, netChange, netPnl } from "./standing";
import { stripOf, type Wallet } from "./strip";

const position = (side: "long" | "short", notional: number) => ({
  asset: "BTC",
  side,
  size: 1,
  notional,
  entryPrice: 1,
  markPrice: 1,
  unrealizedPnl: 0,
});

const model = (given: Partial<Model["botStats"]> = {}, fade: Partial<Model["stats"]> = {}): Model => ({
  id: "gpt-5",
  name: "GPT-5",
  walletAddress: "0x",
  enabled: true,
  leverageMultiplier: 1,
  currentPositions: [],
  myMirroredPositions: [],
  stats: {
    totalTrades: 2,
    winRate: null,
    totalPnL: 0,
    dailyPnL: 0,
    realizedPnl: 100,
    unrealizedPnl: 0,
    fees: 4,
    funding: 0,
    volume: 0,
    drawdown: null,
    medianHoldTime: null,
    slippageBps: null,
    lag: null,
    ...fade,
  },
  botStats: {
    equity: 900,
    startingEquity: 1000,
    realizedPnl: 0,
    unrealizedPnl: 0,
    fees: 0,
    volume: 0,
    totalTrades: 0,
    winRate: null,
    drawdown: null,
    medianHoldTime: null,
    ...given,
  },
});

const point = (timestamp: number, equity?: number): Schemas["EquityPointView"] =>
  ({ timestamp, bots: equity === undefined ? {} : { "gpt-5": equity } }) as Schemas["EquityPointView"];

describe("what a bot gained", () => {
  it("is its equity less its start, and not known without both", () => {
    expect(netPnl(model())).toBe(-100);
    expect(netChange(model())).toBeCloseTo(-0.1, 12);
    expect(netPnl(model({ equity: null }))).toBeNull();
    expect(netPnl(model({ startingEquity: null }))).toBeNull();
    expect(netChange(model({ startingEquity: 0 }))).toBeNull();
  });
});

describe("exposure", () => {
  it("adds both sides up in gross, and sets them off in net", () => {
    const held = [position("long", 300), position("short", 100)];
    expect(gross(held)).toBe(400);
    expect(net(held)).toBe(200);
  });
});

describe("the deepest fall", () => {
  it("is shown as a loss, and not known where nothing is recorded", () => {
    expect(fallOf(model({ drawdown: { max: 0.25, current: 0.1 } }))).toBe(-0.25);
    expect(fallOf(model())).toBeNull();
  });
});

describe("the lines of a bot", () => {
  const withFade = (each: Schemas["EquityPointView"]) => ({ ...each, fadePnL: {} });
  const order = (id: string, timestamp: number, side: "long" | "short"): Trade => ({
    id,
    type: "mine",
    botId: "gpt-5",
    timestamp,
    asset: "BTC",
    side,
    size: 1,
    price: 1,
    notional: 1,
    pnl: null,
    fee: 0,
    simulated: true,
    status: "filled",
    decisionId: null,
  });
  const points: Schemas["EquityPointView"][] = [
    { ...point(10, 1000), fadePnL: { "gpt-5": 0 } },
    { ...point(20), fadePnL: {} },
    { ...point(30, 900), fadePnL: { "gpt-5": 96 } },
  ];

  it("are its equity since its start and what fading it brought, with gaps where nothing is recorded", () => {
    const lines = botLines(model(), points, []);
    expect(lines.series.find((line) => line.id === FADE)?.values).toEqual([0, null, 96]);
    expect(lines.series.find((line) => line.id === "gpt-5")?.values).toEqual([0, null, -100]);
  });

  it("begin at the first known equity where its start is not known", () => {
    const [bot] = botLines(model({ startingEquity: null }), [point(5), ...points.slice(1)].map(withFade), []).series;
    expect(bot?.values).toEqual([null, null, 0]);
  });

  it("mark our orders within what is shown, up for a purchase", () => {
    const { markers } = botLines(model(), points, [
      order("b", 25, "short"),
      order("a", 15, "long"),
      order("old", 5, "long"),
    ]);
    expect(markers.map(({ id, time, series, up }) => [id, time, series, up])).toEqual([
      ["b", 25, FADE, false],
      ["a", 15, FADE, true],
    ]);
  });
});

describe("the strip of a history", () => {
  const wallet = (ranges: Wallet["ranges"]): Wallet => ({
    botId: "gpt-5",
    walletAddress: "0x",
    complete: true,
    openGaps: 0,
    totalRanges: ranges.length,
    watchedSince: null,
    lastFillAt: null,
    fills: 0,
    ranges,
  });
  const range = (fromTime: number, toTime: number, state: "complete" | "gap" | "repaired") => ({
    asset: null,
    fromTime,
    toTime,
    state,
    detail: "",
    updatedAt: 0,
  });

  it("places each stretch on one line of time, gaps above what is proven, and says what is not proven", () => {
    const strip = stripOf(wallet([range(50, 60, "gap"), range(0, 80, "complete")]), 100);
    expect(strip?.stretches.map(({ state, from, share }) => [state, from, Number(share.toFixed(6))])).toEqual([
      ["complete", 0, 0.8],
      ["gap", 0.5, 0.1],
      ["unproven", 0.8, 0.2],
    ]);
  });

  it("ends where the proof ends when the clock is not known or behind", () => {
    expect(stripOf(wallet([range(0, 80, "complete")]), null)?.stretches).toHaveLength(1);
    expect(stripOf(wallet([range(0, 80, "complete")]), 40)?.toTime).toBe(80);
  });

  it("is nothing where nothing is proven", () => {
    expect(stripOf(wallet([]), 100)).toBeNull();
  });
});
