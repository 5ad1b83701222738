import { describe, expect, it } from "vitest";
import type { Schemas } from "@/api/client";
import type { LiveItem } from "@/live/frames";
import { feedRows } from "./feedRows";

const trade = (id: string, timestamp: number): Schemas["TradeView"] => ({
  id,
  type: "mine",
  botId: "gpt-5",
  timestamp,
  asset: "BTC",
  side: "short",
  size: 0.1,
  price: 100,
  notional: 10,
  pnl: null,
  fee: 0,
  simulated: true,
  status: "filled",
  decisionId: `d-${id}`,
});

const live = (id: string, timestamp: number): LiveItem => ({
  type: "my-trade",
  seq: timestamp,
  data: { ...trade(id, timestamp), orderId: null, reason: null },
});

describe("the live feed", () => {
  it("is newest first, and tells nothing twice", () => {
    const rows = feedRows([live("b", 2), live("c", 3)], [trade("a", 1), trade("b", 2)], []);
    expect(rows.map((row) => row.id)).toEqual(["c", "b", "a"]);
  });

  it("takes what the API tells over what the feed told", () => {
    const [row] = feedRows([live("b", 2)], [trade("b", 2)], []);
    expect(row?.decisionId).toBe("d-b");
  });

  it("keeps the very rows of what was told before, so that only new ones are drawn", () => {
    const [old, stored] = [live("c", 3), trade("a", 1)];
    const before = feedRows([old], [stored], []);
    const after = feedRows([live("d", 4), old], [stored], []);
    expect(after[1]).toBe(before[0]);
    expect(after[2]).toBe(before[1]);
  });
});
