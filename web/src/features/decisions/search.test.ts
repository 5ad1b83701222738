import { expect, test } from "vitest";
import { decisionsSearch, isFiltered, isImpossible } from "./search";
import { slippageBps } from "./slippage";

test("a whole filter is read as it was written", () => {
  const search = { botId: "gpt-5", asset: "BTC", code: "kill_switch", from: 1, to: 2 };
  expect(decisionsSearch(search)).toEqual(search);
  expect(decisionsSearch({ outcome: "execute" })).toEqual({ outcome: "execute" });
});

test("a reason to skip goes before an outcome that contradicts it", () => {
  expect(decisionsSearch({ code: "kill_switch", outcome: "execute" })).toEqual({ code: "kill_switch" });
});

test("nonsense is left out, part by part", () => {
  expect(decisionsSearch({ botId: {}, asset: 7, code: "DROP TABLE", outcome: "maybe", from: "now" })).toEqual({
    asset: "7",
  });
  expect(isFiltered(decisionsSearch({ outcome: "maybe" }))).toBe(false);
  expect(isImpossible(decisionsSearch({ from: 2, to: 1 }))).toBe(true);
});

test("who buys above the bot's price is worse off, who sells above is better off", () => {
  expect(slippageBps("long", 101, 100)).toBeCloseTo(100);
  expect(slippageBps("short", 101, 100)).toBeCloseTo(-100);
  expect(slippageBps("short", 0, 100)).toBeNull();
});
