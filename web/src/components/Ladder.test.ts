import { expect, test } from "vitest";
import { verdictOf } from "./Ladder";

const check = (passed: boolean, sizeBefore: string, sizeAfter: string) => ({
  name: "asset_exposure",
  passed,
  observed: "1",
  limit: "1",
  unit: "USD",
  sizeBefore,
  sizeAfter,
});

test("a check that left part of the size shrank it, one that left nothing refused it", () => {
  expect(verdictOf(check(true, "3.33", "3.33"))).toBe("passed");
  expect(verdictOf(check(false, "3.33", "1.5"))).toBe("shrunk");
  expect(verdictOf(check(false, "3.33", "0"))).toBe("refused");
});

test("a kill switch that holds refuses though there was no increase to take away", () => {
  expect(verdictOf({ ...check(false, "0", "0"), name: "kill_switch" })).toBe("refused");
});

test("what is not told of a check is not made up", () => {
  expect(verdictOf({ name: "asset_exposure", passed: false, unit: "USD" })).toBe("refused");
  expect(verdictOf({ name: "asset_exposure", passed: true, unit: "USD" })).toBe("passed");
});
