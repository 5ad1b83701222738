import { describe, expect, it } from "vitest";
import { type Decision, pairsOf, type Trade } from "./pairs";

const trade = (given: Partial<Trade>): Trade => ({
  id: "t",
  type: "bot",
  botId: "gpt-5",
  timestamp: 1000,
  asset: "BTC",
  side: "long",
  size: 1,
  price: 100,
  notional: 100,
  pnl: null,
  fee: 0,
  simulated: false,
  status: null,
  decisionId: null,
  ...given,
});

const decision = (given: Partial<Decision>): Decision => ({
  id: "d",
  eventId: "e",
  timestamp: 1000,
  botId: "gpt-5",
  asset: "BTC",
  decision: "execute",
  reason: { code: "open", sentence: "opens" },
  skipReason: null,
  occasion: "",
  targetSize: -1,
  deltaSize: -1,
  orderSize: -1,
  leaderId: null,
  ...given,
});

const mine = (given: Partial<Trade>): Trade => trade({ type: "mine", status: "filled", decisionId: "d", ...given });

describe("a bot's fill and our order against it", () => {
  it("are one pair where a decision joins them", () => {
    const pairs = pairsOf(
      [trade({ id: "e", side: "long", price: 100, timestamp: 1000 })],
      [mine({ id: "o", side: "short", price: 99.9, timestamp: 1450 })],
      [decision({})],
    );
    expect(pairs).toHaveLength(1);
    expect(pairs[0]).toMatchObject({ time: 1000, lagMs: 450 });
    expect(pairs[0]?.slippageBps).toBeCloseTo(10, 9);
  });

  it("count a better price of ours as negative slippage, whichever side we take", () => {
    const of = (side: "long" | "short", price: number) =>
      pairsOf([trade({ id: "e", price: 100 })], [mine({ id: "o", side, price })], [decision({})])[0]?.slippageBps;
    expect(of("long", 99.9)).toBeCloseTo(-10, 9);
    expect(of("short", 100.1)).toBeCloseTo(-10, 9);
    expect(of("long", 100.1)).toBeCloseTo(10, 9);
  });

  it("stay alone where the other side is not read, and have no slippage then", () => {
    const pairs = pairsOf([trade({ id: "lone", timestamp: 3000 })], [mine({ id: "o", timestamp: 2000 })], []);
    expect(pairs.map((pair) => [pair.theirs?.id, pair.ours?.id, pair.slippageBps, pair.lagMs])).toEqual([
      ["lone", undefined, null, null],
      [undefined, "o", null, null],
    ]);
  });

  it("carry the decision that let the fill pass", () => {
    const skip = decision({ decision: "skip", skipReason: { code: "kill_switch", sentence: "the kill switch is on" } });
    const [pair] = pairsOf([trade({ id: "e" })], [], [skip]);
    expect(pair?.decision?.skipReason?.code).toBe("kill_switch");
  });

  it("have no slippage while our order has not filled", () => {
    const pairs = pairsOf([trade({ id: "e" })], [mine({ id: "o", status: "rejected" })], [decision({})]);
    expect(pairs[0]?.slippageBps).toBeNull();
  });

  it("keep every order of one decision", () => {
    const orders = [mine({ id: "o1" }), mine({ id: "o2" })];
    expect(pairsOf([trade({ id: "e" })], orders, [decision({})])).toHaveLength(2);
  });
});
