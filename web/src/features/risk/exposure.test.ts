import { describe, expect, it } from "vitest";
import type { Schemas } from "@/api/client";
import { type AssetExposure, blockOf, byAsset, byBot, roomOf } from "./exposure";

type Model = Schemas["Model"];

const held = (asset: string, side: "long" | "short", notional: number) => ({
  asset,
  side,
  size: 1,
  notional,
  entryPrice: 1,
  markPrice: 1,
  unrealizedPnl: side === "long" ? 5 : -2,
});

const model = (id: string, ...positions: ReturnType<typeof held>[]): Model =>
  ({ id, name: id, myMirroredPositions: positions }) as unknown as Model;

const row = (given: Partial<AssetExposure>): AssetExposure => ({
  asset: "BTC",
  net: 0,
  gross: 0,
  unrealizedPnl: 0,
  bots: 0,
  cap: null,
  ...given,
});

const FREE = { globalCap: null, orderLimit: null, exposure: 0 };

describe("exposure", () => {
  const models = [
    model("a", held("BTC", "long", 300), held("ETH", "short", 50)),
    model("b", held("BTC", "short", 100)),
    model("c"),
  ];

  it("by asset sets the bots off against each other, and lists what has a cap though nothing is held", () => {
    const rows = byAsset(models, { SOL: 1000, BTC: 500, DOGE: null });
    expect(rows.map(({ asset, net, gross, bots, cap }) => [asset, net, gross, bots, cap])).toEqual([
      ["BTC", 200, 400, 2, 500],
      ["ETH", -50, 50, 1, null],
      ["SOL", 0, 0, 0, 1000],
    ]);
    expect(rows[0]?.unrealizedPnl).toBe(3);
  });

  it("by bot tells long from short", () => {
    expect(byBot(models).map(({ long, short, gross, positions }) => [long, short, gross, positions])).toEqual([
      [300, 50, 350, 2],
      [0, 100, 100, 1],
      [0, 0, 0, 0],
    ]);
  });
});

describe("room for the next order", () => {
  it("is without limit where none is set", () => {
    expect(roomOf(row({ net: 1e9 }), "buy", FREE)).toEqual({ usd: null, by: null });
  });

  it("reaches from where we are to the cap on either side", () => {
    const long = row({ net: 300, cap: 500 });
    expect(roomOf(long, "buy", FREE)).toEqual({ usd: 200, by: "asset cap" });
    expect(roomOf(long, "sell", FREE)).toEqual({ usd: 800, by: "asset cap" });
  });

  it("counts the other assets against the global cap, this one only the way it goes", () => {
    const limits = { globalCap: 1000, orderLimit: null, exposure: 700 };
    expect(roomOf(row({ net: -300 }), "sell", limits)).toEqual({ usd: 300, by: "global cap" });
    expect(roomOf(row({ net: -300 }), "buy", limits)).toEqual({ usd: 900, by: "global cap" });
  });

  it("is what the tightest limit leaves, and never negative", () => {
    const limits = { globalCap: 1000, orderLimit: 150, exposure: 100 };
    expect(roomOf(row({ net: 100, cap: 500 }), "buy", limits)).toEqual({ usd: 150, by: "order limit" });
    expect(roomOf(row({ net: 600, cap: 500 }), "buy", { ...limits, exposure: 600 })).toEqual({
      usd: 0,
      by: "asset cap",
    });
  });
});

describe("what stops every increase", () => {
  const state = (given: object): Schemas["State"] =>
    ({
      mode: "simulation",
      armed: false,
      killSwitch: false,
      dailyPnL: { fadeArena: -100, bots: 0 },
      ...given,
    }) as never;
  const settings = (dailyLossLimit: number | null): Schemas["SettingsView"] =>
    ({ dailyLossLimit, killSwitchExits: "hold" }) as never;

  it("is the kill switch, live without being armed, or the daily loss at its limit", () => {
    expect(blockOf(state({}), settings(null))).toBeNull();
    expect(blockOf(state({}), settings(101))).toBeNull();
    expect(blockOf(state({}), settings(100))).toContain("daily limit");
    expect(blockOf(state({ killSwitch: true }), settings(null))).toContain("kill switch");
    expect(blockOf(state({ mode: "live" }), settings(null))).toContain("not armed");
    expect(blockOf(state({ mode: "live", armed: true }), settings(null))).toBeNull();
  });

  it("tells whether exits are still sent", () => {
    const killed = (killSwitchExits: string) =>
      blockOf(state({ killSwitch: true }), { ...settings(null), killSwitchExits } as never);
    expect(killed("hold")).toContain("exits are not sent");
    expect(killed("follow")).toContain("exits still follow");
    expect(killed("flatten")).toContain("closes");
    expect(blockOf(state({}), settings(50))).toContain("Exits are not blocked");
  });
});
