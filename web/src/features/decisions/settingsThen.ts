// The settings a decision was made under, beside those in force now. Pure.
//
// What was then comes from the decision's own record: it holds the bot's and the asset's values, already resolved.
import type { Schemas } from "@/api/client";
import { amount, bps, duration, money, multiple } from "@/format/format";

type Value = string | number | boolean | null;
type SettingsView = Schemas["SettingsView"];

export interface SettingRow {
  key: string;
  label: string;
  before: string;
  /** Null where it is not known what is in force now. */
  now: string | null;
  changed: boolean;
}

interface Setting {
  label: string;
  write: (value: Value) => string;
  /** The same setting as it is now, for this bot and asset; undefined where it cannot be told. */
  now: (settings: SettingsView, about: About) => Value | undefined;
}

export interface About {
  botId: string;
  asset: string;
  killSwitch: boolean | undefined;
}

const text = (value: Value): string => (value === null ? "none" : String(value).replaceAll("-", " "));
const yes = (value: Value): string => (value === true ? "yes" : "no");
const usd = (value: Value): string => (value === null ? "no limit" : money(Number(value)));
const basis = (value: Value): string => (value === null ? "no limit" : bps(Number(value)));
const seconds = (value: Value): string => duration(Number(value) * 1000);
const config = (settings: SettingsView, { botId }: About) => settings.botConfigs.find((bot) => bot.id === botId);

/** In the order of the ladder. What the record holds besides is shown as it is. */
const SETTINGS: Readonly<Record<string, Setting>> = {
  mode: { label: "Mode", write: text, now: (s) => s.mode },
  killSwitch: { label: "Kill switch on", write: yes, now: (_, about) => about.killSwitch },
  killSwitchExits: { label: "When killed, what we hold", write: text, now: (s) => s.killSwitchExits },
  enabled: { label: "Bot enabled", write: yes, now: (s, about) => config(s, about)?.enabled ?? true },
  leverageMultiplier: {
    label: "Multiplier",
    write: (value) => multiple(Number(value)),
    now: (s, about) => config(s, about)?.leverageMultiplier ?? s.defaultLeverageMultiplier,
  },
  sizingRule: {
    label: "Sizing rule",
    write: text,
    now: (s, about) => config(s, about)?.sizingRule ?? s.sizingRule,
  },
  fixedNotional: { label: "Fixed amount", write: usd, now: (s) => s.fixedNotional },
  adoptExisting: {
    label: "Adopt positions from before",
    write: yes,
    now: (s, about) => config(s, about)?.adoptExisting ?? s.adoptExisting,
  },
  maxEventAgeSeconds: { label: "Oldest event", write: seconds, now: (s) => s.maxEventAgeSeconds },
  dailyLossLimit: { label: "Daily loss limit", write: usd, now: (s) => s.dailyLossLimit ?? null },
  assetExposureCap: {
    label: "Cap on the asset",
    write: usd,
    now: (s, about) => s.assetExposureCaps?.[about.asset] ?? null,
  },
  globalExposureCap: { label: "Cap on everything", write: usd, now: (s) => s.globalExposureCap ?? null },
  capPolicy: { label: "What does not fit", write: text, now: (s) => s.capPolicy },
  maxOrderNotional: { label: "Largest order", write: usd, now: (s) => s.maxOrderNotional ?? null },
  maxSlippageBps: { label: "Furthest from the bot's price", write: basis, now: (s) => s.maxSlippageBps },
  maxPriceAgeSeconds: { label: "Oldest price", write: seconds, now: (s) => s.maxPriceAgeSeconds },
  maxOrdersPerMinute: {
    label: "Orders a minute",
    write: (value) => amount(Number(value), 0),
    now: (s) => s.maxOrdersPerMinute,
  },
  simulatedFillModel: { label: "Simulated fills", write: text, now: (s) => s.simulatedFillModel },
  simulatedSlippageBps: { label: "Simulated slippage", write: basis, now: (s) => s.simulatedSlippageBps },
  simulatedFeeBps: { label: "Simulated fee", write: basis, now: (s) => s.simulatedFeeBps },
};

export function settingRows(snapshot: unknown, settings: SettingsView | undefined, about: About): SettingRow[] {
  const record = recordOf(snapshot);
  const known = Object.keys(SETTINGS).filter((key) => key in record);
  const others = Object.keys(record).filter((key) => !(key in SETTINGS) && key !== "version");
  return [...known, ...others].map((key) => {
    const setting = SETTINGS[key];
    const before = scalarOf(record[key]);
    const write = setting?.write ?? text;
    const now = settings === undefined ? undefined : setting?.now(settings, about);
    return {
      key,
      label: setting?.label ?? key,
      before: write(before),
      now: now === undefined ? null : write(now),
      changed: now !== undefined && !same(before, now),
    };
  });
}

/** The version of the settings then in force; null where the record does not say. */
export function versionOf(snapshot: unknown): number | null {
  const { version } = recordOf(snapshot);
  return typeof version === "number" ? version : null;
}

/** Numbers are the same however many zeros they are written with. */
function same(one: Value, other: Value): boolean {
  if (one === null || other === null || typeof one === "boolean" || typeof other === "boolean") return one === other;
  return String(one) === String(other) || Number(one) === Number(other);
}

export function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function scalarOf(value: unknown): Value {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" || value === null
    ? value
    : JSON.stringify(value ?? null);
}
