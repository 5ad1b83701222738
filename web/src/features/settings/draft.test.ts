// What is open, what it would change, and how it moves onto a newer version.
import { expect, test } from "vitest";
import { bodyOf, cappedAssets, changesOf, difference, edited, faultsIn, rebased, restoring } from "./draft";
import type { Flat } from "./values";

const BASE: Flat = {
  globalExposureCap: null,
  dailyLossLimit: 500,
  maxSlippageBps: 50,
  "assetExposureCaps.BTC": 20000,
  "botConfigs.gpt-5.enabled": true,
  "botConfigs.gpt-5.leverageMultiplier": null,
};

test("typing a value back to what is saved leaves nothing open", () => {
  const open = edited(BASE, {}, "dailyLossLimit", "600");
  expect(changesOf(BASE, open)).toEqual([{ path: "dailyLossLimit", from: 500, to: 600 }]);
  expect(edited(BASE, open, "dailyLossLimit", "500")).toEqual({});
});

test("half-typed text is kept as it is and is no change", () => {
  const open = edited(BASE, {}, "dailyLossLimit", "500.");
  expect(open).toEqual({ dailyLossLimit: "500." });
  expect(changesOf(BASE, open)).toEqual([]);
  expect(faultsIn(open)).toEqual({});
  expect(faultsIn(edited(BASE, {}, "dailyLossLimit", "many"))).toEqual({
    dailyLossLimit: "must be a number, written in digits",
  });
});

test("the body names nothing but what changes, caps and bots in their own shapes", () => {
  const edits = {
    globalExposureCap: "25000",
    "assetExposureCaps.BTC": "",
    "assetExposureCaps.SOL": "1000.5",
    "botConfigs.gpt-5.enabled": "false",
    "botConfigs.gpt-5.leverageMultiplier": "0.5",
    maxSlippageBps: "50",
  };
  expect(bodyOf(changesOf(BASE, edits))).toEqual({
    globalExposureCap: 25000,
    assetExposureCaps: { BTC: null, SOL: 1000.5 },
    botConfigs: [{ id: "gpt-5", enabled: false, leverageMultiplier: 0.5 }],
  });
});

test("a draft moves onto a newer version: what now agrees falls away, what both changed is named", () => {
  const newer: Flat = { ...BASE, dailyLossLimit: 800, globalExposureCap: 9000 };
  const moved = rebased(BASE, newer, { dailyLossLimit: "700", globalExposureCap: "9000", maxSlippageBps: "20" });
  expect(moved.edits).toEqual({ dailyLossLimit: "700", maxSlippageBps: "20" });
  expect(moved.clashes).toEqual([{ path: "dailyLossLimit", theirs: 800, mine: "700" }]);
});

test("restoring brings every value back, lifts caps that came later and skips bots that are gone", () => {
  const earlier: Flat = { ...BASE, dailyLossLimit: null, "botConfigs.gone.enabled": false };
  const current: Flat = {
    ...BASE,
    "assetExposureCaps.ETH": 5,
    "botConfigs.gpt-5.leverageMultiplier": 2,
    "botConfigs.gone.enabled": true,
  };
  const edits = restoring(current, earlier, ["gpt-5"]);
  expect(edits).toEqual({ dailyLossLimit: "", "assetExposureCaps.ETH": "", "botConfigs.gpt-5.leverageMultiplier": "" });
  expect(bodyOf(changesOf(current, edits))).toEqual({
    dailyLossLimit: null,
    assetExposureCaps: { ETH: null },
    botConfigs: [{ id: "gpt-5", leverageMultiplier: null }],
  });
});

test("a bot that was added or removed is not a setting that changed", () => {
  const { "botConfigs.gpt-5.enabled": _, "botConfigs.gpt-5.leverageMultiplier": __, ...without } = BASE;
  expect(difference(without, BASE)).toEqual([]);
});

test("an asset has a row while it has a cap or is being given one", () => {
  expect(cappedAssets(BASE, { "assetExposureCaps.BTC": "", "assetExposureCaps.SOL": "" })).toEqual(["BTC", "SOL"]);
});
