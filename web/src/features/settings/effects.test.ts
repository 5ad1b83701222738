// What a change is said to do is what it does: nothing is ever opened by a change, only reductions follow at once.
import { expect, test } from "vitest";
import type { Scalar } from "./definitions";
import { BOT_FIELDS, botPath, capPath, SETTINGS } from "./definitions";
import { effectOf, type Facts } from "./effects";

const FACTS: Facts = { exposure: 50_000, dailyPnl: -800, killSwitch: false };
const effect = (path: string, from: Scalar, to: Scalar, facts: Partial<Facts> = {}) =>
  effectOf({ path, from, to }, { ...FACTS, ...facts });

test("every setting, cap and field of a bot says what changing it does", () => {
  const paths = [
    ...SETTINGS.map((setting) => setting.name),
    capPath("BTC"),
    ...BOT_FIELDS.map((field) => botPath("gpt-5", field)),
  ];
  for (const path of paths) expect([path, effect(path, 1, 2)]).toEqual([path, expect.stringMatching(/^[^ ].+\.$/)]);
});

test("a smaller multiplier cuts at once, a larger one waits for the bots", () => {
  expect(effect("defaultLeverageMultiplier", 1, 0.5)).toContain("at once");
  expect(effect("defaultLeverageMultiplier", 0.5, 1)).toContain("nothing is opened");
});

test("a cap below what is held says so, with the amount", () => {
  expect(effect("globalExposureCap", null, 25_000)).toContain("$50,000");
  expect(effect("globalExposureCap", null, 90_000)).not.toContain("$");
  expect(effect("globalExposureCap", 25_000, null)).toContain("nothing is opened by this alone");
  expect(effect("globalExposureCap", null, 25_000, { exposure: null })).not.toContain("$");
});

test("a loss limit that today's loss has passed says that opening stops", () => {
  expect(effect("dailyLossLimit", null, 800)).toContain("past it already");
  expect(effect("dailyLossLimit", null, 900)).not.toContain("past it");
  expect(effect("dailyLossLimit", null, 800, { dailyPnl: null })).not.toContain("past it");
});

test("what the kill switch does with positions matters at once only while it is on", () => {
  expect(effect("killSwitchExits", "hold", "flatten")).toContain("off now");
  expect(effect("killSwitchExits", "hold", "flatten", { killSwitch: true })).toContain("everything we hold is closed");
  expect(effect("killSwitchExits", "flatten", "hold", { killSwitch: true })).toContain("no order is sent");
});

test("a bot that is switched off still lets us out", () => {
  expect(effect(botPath("gpt-5", "enabled"), true, false)).toContain("exits still follow");
});
