// The same rules as the server's, and values that survive the way to text and back.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { GROUPS, labelOf, placeOf, SETTINGS, type SettingsView } from "./definitions";
import { assetFault, flatten, read, textOf, written } from "./values";

const document = JSON.parse(readFileSync(new URL("../../api/openapi.json", import.meta.url), "utf8"));
const schema: Record<string, { default?: unknown; enum?: string[] }> =
  document.components.schemas.SettingsView.properties;
const ROWS = ["mode", "botConfigs", "assetExposureCaps", "version", "updatedAt", "updatedBy"];

test("every setting of the API has a row, and no row is not one", () => {
  const named = SETTINGS.map((setting) => setting.name as string);
  expect([...named].sort()).toEqual(
    Object.keys(schema)
      .filter((name) => !ROWS.includes(name))
      .sort(),
  );
  expect(new Set(named).size).toBe(named.length);
  expect(GROUPS.filter((group) => group.caps)).toHaveLength(1);
});

test("the defaults shown are the API's own", () => {
  for (const { name, byDefault } of SETTINGS) {
    const told = schema[name]?.default ?? null;
    expect([name, byDefault]).toEqual([name, typeof byDefault === "number" ? Number(told) : told]);
  }
});

test("the choices offered are the API's own", () => {
  for (const { name, rule } of SETTINGS) {
    if (rule.kind !== "choice") continue;
    expect([name, rule.choices.map((choice) => choice.value)]).toEqual([name, schema[name]?.enum]);
  }
});

const FAULTS: readonly (readonly [string, string, string])[] = [
  ["defaultLeverageMultiplier", "0.001", "must be between 0.01 and 10"],
  ["defaultLeverageMultiplier", "10.0001", "must be between 0.01 and 10"],
  ["defaultLeverageMultiplier", "1.00001", "must have at most four decimals"],
  ["defaultLeverageMultiplier", "", "must not be empty"],
  ["globalExposureCap", "0", "must be greater than 0"],
  ["globalExposureCap", "-5", "must be greater than 0"],
  ["globalExposureCap", "1000000000001", "must be at most 1,000,000,000,000"],
  ["globalExposureCap", "1.0000001", "must have at most six decimals"],
  ["globalExposureCap", "1e5", "must be a number, written in digits"],
  ["globalExposureCap", "12 apples", "must be a number, written in digits"],
  ["globalExposureCap", "99999999999.123456", "must have at most 15 digits"],
  ["fixedNotional", "", "must not be empty"],
  ["maxSlippageBps", "-1", "must not be negative"],
  ["maxSlippageBps", "10001", "must be at most 10,000"],
  ["maxEventAgeSeconds", "86401", "must be at most 86,400"],
  ["maxOrdersPerMinute", "0", "must be between 1 and 100000"],
  ["maxOrdersPerMinute", "1.5", "must be a whole number"],
  ["assetExposureCaps.BTC", "0", "must be greater than 0"],
  ["botConfigs.gpt-5.leverageMultiplier", "11", "must be between 0.01 and 10"],
  ["botConfigs.gpt-5.sizingRule", "nonsense", "must be one of proportional, equity-ratio, fixed-notional"],
  ["botConfigs.gpt-5.enabled", "", "must be on or off"],
];

test.each(FAULTS)("%s refuses %j", (path, text, fault) => {
  expect(read(path, text)).toEqual({ ok: false, fault });
});

const SOUND: readonly (readonly [string, string, unknown])[] = [
  ["globalExposureCap", "", null],
  ["globalExposureCap", " 25,000.50 ", 25000.5],
  ["globalExposureCap", "1000000000000", 1e12],
  ["maxSlippageBps", "0", 0],
  ["maxSlippageBps", "", null],
  ["defaultLeverageMultiplier", "0.01", 0.01],
  ["defaultLeverageMultiplier", "1.50000", 1.5],
  ["botConfigs.deepseek-chat-v3.1.leverageMultiplier", "", null],
  ["botConfigs.deepseek-chat-v3.1.adoptExisting", "false", false],
  ["adoptExisting", "true", true],
];

test.each(SOUND)("%s takes %j", (path, text, value) => {
  expect(read(path, text)).toEqual({ ok: true, value });
});

test("an id with dots is read whole, and what is no place means nothing", () => {
  expect(placeOf("botConfigs.deepseek-chat-v3.1.enabled")).toEqual({
    kind: "bot",
    bot: "deepseek-chat-v3.1",
    field: "enabled",
  });
  expect(placeOf("assetExposureCaps.xyz:A.B")).toEqual({ kind: "cap", asset: "xyz:A.B" });
  expect(placeOf("botConfigs.enabled")).toBeNull();
  expect(placeOf("constructor")).toBeNull();
});

test("every value shown in an input is read back as itself", () => {
  const flat = flatten(VIEW, ["gpt-5", "grok-4"]);
  for (const [path, value] of Object.entries(flat))
    expect([path, read(path, textOf(value))]).toEqual([path, { ok: true, value }]);
});

test("values are written with their unit, all digits kept", () => {
  expect(written("globalExposureCap", 1234567.89)).toBe("$1,234,567.89");
  expect(written("globalExposureCap", null)).toBe("no limit");
  expect(written("maxSlippageBps", 2.25)).toBe("2.25 bps");
  expect(written("defaultLeverageMultiplier", 0.125)).toBe("0.125×");
  expect(written("botConfigs.gpt-5.leverageMultiplier", null)).toBe("as by default");
  expect(written("maxEventAgeSeconds", 30)).toBe("30 s");
  expect(written("capPolicy", "skip")).toBe("Skip");
});

test("a bot is called by its name in a list of changes", () => {
  const place = placeOf("botConfigs.gpt-5.enabled");
  expect(place && labelOf(place, () => "GPT-5")).toBe("GPT-5: enabled");
});

test("an asset is named once, in the exchange's letters", () => {
  expect(assetFault("BTC", ["ETH"])).toBeNull();
  expect(assetFault("BTC", ["BTC"])).toContain("already");
  expect(assetFault("", [])).not.toBeNull();
  expect(assetFault("B C", [])).not.toBeNull();
});

const VIEW: SettingsView = {
  mode: "simulation",
  defaultLeverageMultiplier: 0.5,
  globalExposureCap: null,
  dailyLossLimit: 1500.25,
  botConfigs: [{ id: "gpt-5", enabled: false, leverageMultiplier: 0.25, sizingRule: null, adoptExisting: true }],
  assetExposureCaps: { BTC: 20000, SOL: null },
  capPolicy: "skip",
  killSwitchExits: "follow",
  maxEventAgeSeconds: 30,
  maxOrderNotional: null,
  maxSlippageBps: null,
  maxPriceAgeSeconds: 3,
  maxOrdersPerMinute: 60,
  sizingRule: "equity-ratio",
  fixedNotional: 1000,
  adoptExisting: false,
  simulatedFillModel: "book",
  simulatedSlippageBps: 2,
  simulatedFeeBps: 4.5,
  simulatedStartingEquity: 60000,
  version: 3,
  updatedAt: 0,
  updatedBy: "test",
};
