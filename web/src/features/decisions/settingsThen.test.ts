import { expect, test } from "vitest";
import type { Schemas } from "@/api/client";
import { settingRows, versionOf } from "./settingsThen";

const NOW: Schemas["SettingsView"] = {
  mode: "simulation",
  defaultLeverageMultiplier: 2,
  globalExposureCap: 50_000,
  dailyLossLimit: null,
  botConfigs: [{ id: "grok-4", enabled: false, leverageMultiplier: 0.5 }],
  assetExposureCaps: { BTC: 20_000 },
  capPolicy: "clamp",
  killSwitchExits: "hold",
  maxEventAgeSeconds: 30,
  maxOrderNotional: null,
  maxSlippageBps: 50,
  maxPriceAgeSeconds: 3,
  maxOrdersPerMinute: 60,
  sizingRule: "proportional",
  fixedNotional: 1000,
  adoptExisting: false,
  simulatedFillModel: "book",
  simulatedSlippageBps: 2,
  simulatedFeeBps: 4.5,
  simulatedStartingEquity: 60_000,
  version: 9,
  updatedAt: 0,
  updatedBy: "test",
};

const rowOf = (key: string, snapshot: object, botId: string, asset = "BTC") =>
  settingRows(snapshot, NOW, { botId, asset, killSwitch: false }).find((row) => row.key === key);

test("a bot's own setting is compared with its own, another bot's with what holds by default", () => {
  const then = { leverageMultiplier: "1", enabled: true };
  expect(rowOf("leverageMultiplier", then, "grok-4")).toMatchObject({ before: "1×", now: "0.5×", changed: true });
  expect(rowOf("leverageMultiplier", then, "gpt-5")).toMatchObject({ before: "1×", now: "2×", changed: true });
  expect(rowOf("enabled", then, "grok-4")).toMatchObject({ before: "yes", now: "no", changed: true });
  expect(rowOf("enabled", then, "gpt-5")).toMatchObject({ changed: false });
});

test("a cap is compared with that of the same asset; no limit is no limit", () => {
  expect(rowOf("assetExposureCap", { assetExposureCap: "20000" }, "gpt-5", "BTC")).toMatchObject({ changed: false });
  expect(rowOf("assetExposureCap", { assetExposureCap: "20000" }, "gpt-5", "ETH")).toMatchObject({
    now: "no limit",
    changed: true,
  });
  expect(rowOf("dailyLossLimit", { dailyLossLimit: null }, "gpt-5")).toMatchObject({
    before: "no limit",
    changed: false,
  });
});

test("a number is the same however it is written", () => {
  expect(rowOf("simulatedFeeBps", { simulatedFeeBps: "4.50" }, "gpt-5")).toMatchObject({ changed: false });
});

test("without today's settings nothing is said to have changed", () => {
  const rows = settingRows({ capPolicy: "skip", version: 3 }, undefined, {
    botId: "x",
    asset: "BTC",
    killSwitch: undefined,
  });
  expect(rows).toEqual([{ key: "capPolicy", label: "What does not fit", before: "skip", now: null, changed: false }]);
});

test("a setting this page does not know is shown as it is; the version is told apart", () => {
  const snapshot = { version: 4, newLimit: 12 };
  expect(rowOf("newLimit", snapshot, "gpt-5")).toMatchObject({ before: "12", now: null, changed: false });
  expect(rowOf("version", snapshot, "gpt-5")).toBeUndefined();
  expect(versionOf(snapshot)).toBe(4);
  expect(versionOf("nonsense")).toBeNull();
});
