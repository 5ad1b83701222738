import { expect, test } from "vitest";
import { isFiltered, isImpossible, tradesSearch } from "./search";

test("a whole filter is read as it was written", () => {
  const search = {
    botId: "gpt-5",
    type: "mine",
    asset: "BTC",
    from: 1_761_000_000_000,
    to: 1_761_400_000_000,
    open: "019a1eba-5fe7-75f6-9776-2d55c71cfcff",
  };
  expect(tradesSearch(search)).toEqual(search);
  expect(isFiltered(tradesSearch(search))).toBe(true);
});

test("nonsense is left out, part by part", () => {
  const nonsense = { botId: "GPT 5!", type: "yours", asset: "", from: "yesterday", to: -1, open: "../../etc", more: 1 };
  expect(tradesSearch(nonsense)).toEqual({});
  expect(tradesSearch({ ...nonsense, asset: "BTC", from: 1.5, to: 1e300 })).toEqual({ asset: "BTC" });
});

test("an id of digits alone, which an address reads as a number, is an id", () => {
  expect(tradesSearch({ botId: 42 })).toEqual({ botId: "42" });
});

test("an opened trade is no filter; a range that ends before it begins is impossible", () => {
  expect(isFiltered({ open: "019a1eba-5fe7-75f6-9776-2d55c71cfcff" })).toBe(false);
  expect(isImpossible({ from: 2, to: 1 })).toBe(true);
  expect(isImpossible({ from: 1, to: 1 })).toBe(false);
});
