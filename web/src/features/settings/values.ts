// Between the settings of the API, the text of an input, and what a person reads. Pure. The rules are the server's own
// (`faults_of` of its domain), said in its words, so that what is accepted here is accepted there.
import { bps, moneyExact, multiple, size } from "@/format/format";
import {
  BOT_FIELDS,
  botPath,
  capPath,
  type NumberRule,
  type Path,
  placeOf,
  type Rule,
  ruleOf,
  type Scalar,
  SETTINGS,
  type SettingsView,
} from "./definitions";

/** All settings by path. A bot that is not configured stands with its defaults; an asset without a cap is left out. */
export type Flat = Readonly<Record<Path, Scalar>>;

export function flatten(view: SettingsView, bots: readonly string[]): Flat {
  const flat: Record<Path, Scalar> = {};
  for (const { name } of SETTINGS) flat[name] = view[name] ?? null;
  for (const [asset, cap] of Object.entries(view.assetExposureCaps ?? {})) if (cap !== null) flat[capPath(asset)] = cap;
  const configs = new Map(view.botConfigs.map((config) => [config.id, config]));
  for (const bot of new Set([...bots, ...configs.keys()])) {
    const config = configs.get(bot);
    for (const field of BOT_FIELDS) flat[botPath(bot, field)] = config?.[field] ?? (field === "enabled" ? true : null);
  }
  return flat;
}

/** What an input shows of a value: plain digits, nothing for null. */
export function textOf(value: Scalar | undefined): string {
  return value === null || value === undefined ? "" : String(value);
}

export type Reading = { ok: true; value: Scalar } | { ok: false; fault: string };

const DIGITS_KEPT = 15;

/** What a text means at a place. */
export function read(path: Path, text: string): Reading {
  const place = placeOf(path);
  if (place === null) return { ok: false, fault: "is not a setting" };
  const rule = ruleOf(place);
  if (rule.kind === "number") return readNumber(rule, text);
  const fallsBack = place.kind === "bot" && place.field !== "enabled";
  if (text === "" && fallsBack) return { ok: true, value: null };
  if (rule.kind === "switch") {
    return text === "true" || text === "false"
      ? { ok: true, value: text === "true" }
      : { ok: false, fault: "must be on or off" };
  }
  return rule.choices.some((choice) => choice.value === text)
    ? { ok: true, value: text }
    : { ok: false, fault: `must be one of ${rule.choices.map((choice) => choice.value).join(", ")}` };
}

function readNumber(rule: NumberRule, text: string): Reading {
  const plain = text.trim().replaceAll(",", "").replace("−", "-");
  if (plain === "") return rule.optional ? { ok: true, value: null } : { ok: false, fault: "must not be empty" };
  if (!/^[+-]?(\d+\.?\d*|\.\d+)$/.test(plain)) return { ok: false, fault: "must be a number, written in digits" };
  const value = Number(plain);
  const fault = faultOf(rule, value, decimalsOf(plain));
  if (fault !== null) return { ok: false, fault };
  return plain.replace(/^[+-]?0*|\./g, "").length > DIGITS_KEPT
    ? { ok: false, fault: `must have at most ${DIGITS_KEPT} digits` }
    : { ok: true, value };
}

function faultOf(rule: NumberRule, value: number, decimals: number): string | null {
  if (rule.between && (value < rule.least || value > rule.most))
    return `must be between ${rule.least} and ${rule.most}`;
  if (!rule.between && value < rule.least)
    return rule.above ? `must be greater than ${rule.least}` : "must not be negative";
  if (rule.above && value <= rule.least) return `must be greater than ${rule.least}`;
  if (value > rule.most) return `must be at most ${size(rule.most)}`;
  if (decimals > rule.decimals)
    return rule.decimals === 0 ? "must be a whole number" : `must have at most ${NUMBER_WORDS[rule.decimals]} decimals`;
  return null;
}

const NUMBER_WORDS: Record<number, string> = { 4: "four", 6: "six" };

const decimalsOf = (plain: string): number => (plain.split(".")[1] ?? "").replace(/0+$/, "").length;

/** A value as a person reads it, with its unit. */
export function written(path: Path, value: Scalar | undefined): string {
  const place = placeOf(path);
  if (place === null || value === undefined) return textOf(value);
  if (value === null) return place.kind === "bot" ? "as by default" : "no limit";
  return writtenBy(ruleOf(place), value);
}

function writtenBy(rule: Rule, value: number | string | boolean): string {
  switch (rule.kind) {
    case "switch":
      return value === true ? "on" : "off";
    case "choice":
      return rule.choices.find((choice) => choice.value === value)?.label ?? String(value);
    case "number":
      return writtenNumber(rule, Number(value));
  }
}

function writtenNumber(rule: NumberRule, value: number): string {
  switch (rule.unit) {
    case "USD":
      return moneyExact(value);
    case "bps":
      return bps(value, Number.isInteger(value) ? 0 : Math.min(6, decimalsOf(String(value))));
    case "×":
      return multiple(value, 4);
    case "s":
      return `${size(value)} s`;
    case "orders":
      return size(value);
  }
}

/** Whether an asset may be named; the server's own rule. */
export function assetFault(asset: string, taken: readonly string[]): string | null {
  if (asset === "") return "Name the asset, as the exchange spells it.";
  if (!/^[A-Za-z0-9:@/._-]{1,40}$/.test(asset)) return "That is not the name of an asset.";
  return taken.includes(asset) ? `${asset} has a row already.` : null;
}
