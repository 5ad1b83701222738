// Every setting there is: what it is called, its unit, what it means, what it may be and what it is by default. Pure.
// Pages are drawn from this table and values are checked by it; definitions.test.ts holds it against the API's document.
import type { Schemas } from "@/api/client";

export type SettingsView = Schemas["SettingsView"];
/** What one setting is set to; null is no limit, or for a bot: as by default. */
export type Scalar = number | string | boolean | null;

/** Settings that are one value: all but the mode, which has a panel of its own, and the two that are rows. */
export type SettingName = Exclude<
  keyof SettingsView,
  "mode" | "botConfigs" | "assetExposureCaps" | "version" | "updatedAt" | "updatedBy"
>;

export type Unit = "USD" | "bps" | "s" | "×" | "orders";

export interface NumberRule {
  kind: "number";
  unit: Unit;
  /** Whether it may be left empty. */
  optional: boolean;
  /** Smallest and largest; where `above`, the smallest itself is too small. */
  least: number;
  above: boolean;
  most: number;
  /** Decimals at most; 0 is a whole number. */
  decimals: number;
  /** Ends of the range are named together: "must be between 0.01 and 10". */
  between: boolean;
}

export interface Choice {
  value: string;
  label: string;
  /** Completes the setting's meaning. */
  meaning: string;
}

export interface ChoiceRule {
  kind: "choice";
  choices: readonly Choice[];
}

export type Rule = NumberRule | ChoiceRule | { kind: "switch" };

export interface Setting {
  name: SettingName;
  label: string;
  meaning: string;
  byDefault: Scalar;
  rule: Rule;
}

export interface Group {
  id: string;
  title: string;
  /** What the group is there for, in a sentence. */
  purpose: string;
  settings: readonly Setting[];
  /** Rows that belong to the group besides: caps by asset. */
  caps?: true;
}

const USD_MOST = 1_000_000_000_000;
const SIX = { above: false, decimals: 6, between: false, optional: false, least: 0 } as const;

const usd = (optional: boolean): NumberRule => ({
  ...SIX,
  kind: "number",
  unit: "USD",
  optional,
  above: true,
  most: USD_MOST,
});
const bps = (most: number, optional = false): NumberRule => ({ ...SIX, kind: "number", unit: "bps", most, optional });
const seconds = (most: number): NumberRule => ({ ...SIX, kind: "number", unit: "s", most });

export const CAP_RULE: NumberRule = usd(true);

export const multiplierRule = (optional: boolean): NumberRule => ({
  kind: "number",
  unit: "×",
  optional,
  least: 0.01,
  above: false,
  most: 10,
  decimals: 4,
  between: true,
});

export const SIZING_CHOICES: readonly Choice[] = [
  { value: "proportional", label: "Proportional", meaning: "the multiplier times the bot's position, turned around" },
  {
    value: "equity-ratio",
    label: "Equity ratio",
    meaning: "the same, scaled by our equity over the bot's, so that both risk the same share",
  },
  { value: "fixed-notional", label: "Fixed amount", meaning: "the same amount of USD against every position" },
];

const SIZING: Group = {
  id: "sizing",
  title: "Sizing",
  purpose: "How large a position we want against a bot's. A bot may have its own, under Bots.",
  settings: [
    {
      name: "sizingRule",
      label: "Sizing rule",
      meaning: "How the size of our position follows from the bot's.",
      byDefault: "proportional",
      rule: { kind: "choice", choices: SIZING_CHOICES },
    },
    {
      name: "defaultLeverageMultiplier",
      label: "Multiplier",
      meaning: "How much of a bot's position we take the other side of; 0.5 fades half of it.",
      byDefault: 1,
      rule: multiplierRule(false),
    },
    {
      name: "fixedNotional",
      label: "Fixed amount",
      meaning: "Size of every position under the sizing rule of that name, at the price it was opened at.",
      byDefault: 1000,
      rule: usd(false),
    },
    {
      name: "adoptExisting",
      label: "Adopt existing positions",
      meaning:
        "Whether a position a bot held before we watched it is faded; if not, it is left alone until the bot is flat.",
      byDefault: false,
      rule: { kind: "switch" },
    },
  ],
};

const EXPOSURE: Group = {
  id: "exposure",
  title: "Exposure",
  purpose: "How much may be at stake. Caps stand against increases only; an exit is never held back.",
  settings: [
    {
      name: "globalExposureCap",
      label: "Global exposure cap",
      meaning: "The sum over assets of our net positions at the mark may not pass this.",
      byDefault: null,
      rule: usd(true),
    },
    {
      name: "maxOrderNotional",
      label: "Largest order",
      meaning: "No single order that opens risk may be worth more.",
      byDefault: null,
      rule: usd(true),
    },
    {
      name: "capPolicy",
      label: "At a cap",
      meaning: "What becomes of an order that would pass a cap.",
      byDefault: "clamp",
      rule: {
        kind: "choice",
        choices: [
          { value: "clamp", label: "Shrink", meaning: "it is cut to what still fits" },
          { value: "skip", label: "Skip", meaning: "it is dropped whole" },
        ],
      },
    },
  ],
  caps: true,
};

const LOSS: Group = {
  id: "loss",
  title: "Loss and pace",
  purpose: "When to stop opening for the day, and how fast to trade at most.",
  settings: [
    {
      name: "dailyLossLimit",
      label: "Daily loss limit",
      meaning: "Once our equity has fallen by this much since midnight UTC, nothing more is opened until the next day.",
      byDefault: null,
      rule: usd(true),
    },
    {
      name: "maxOrdersPerMinute",
      label: "Orders a minute",
      meaning: "After this many orders within a minute, nothing more is opened until the minute has passed.",
      byDefault: 60,
      rule: {
        kind: "number",
        unit: "orders",
        optional: false,
        least: 1,
        above: false,
        most: 100_000,
        decimals: 0,
        between: true,
      },
    },
  ],
};

const FRESHNESS: Group = {
  id: "freshness",
  title: "Freshness and price",
  purpose: "Nothing is opened on old news or at a price far from the bot's own.",
  settings: [
    {
      name: "maxEventAgeSeconds",
      label: "Oldest event",
      meaning: "A bot's move that is older opens nothing; a replay measures by its own clock.",
      byDefault: 30,
      rule: seconds(86_400),
    },
    {
      name: "maxPriceAgeSeconds",
      label: "Oldest price",
      meaning: "Nothing is opened when the market's price was last heard longer ago.",
      byDefault: 3,
      rule: seconds(3_600),
    },
    {
      name: "maxSlippageBps",
      label: "Price collar",
      meaning: "Nothing is opened when the price is further than this from the one the bot got.",
      byDefault: 50,
      rule: bps(10_000, true),
    },
  ],
};

const KILL: Group = {
  id: "kill-switch",
  title: "Kill switch",
  purpose: "While it is on, nothing is opened and resting orders are cancelled; only a person turns it off.",
  settings: [
    {
      name: "killSwitchExits",
      label: "What we hold meanwhile",
      meaning: "What happens to our open positions while the kill switch is on.",
      byDefault: "hold",
      rule: {
        kind: "choice",
        choices: [
          { value: "hold", label: "Hold", meaning: "no order at all is sent; positions stay as they are, exits too" },
          { value: "follow", label: "Follow exits", meaning: "when a bot gets out, so do we; nothing else is sent" },
          { value: "flatten", label: "Flatten", meaning: "everything is closed at once, by orders that only reduce" },
        ],
      },
    },
  ],
};

const SIMULATION: Group = {
  id: "simulation",
  title: "Simulation",
  purpose: "How simulated orders fill. None of this touches live trading.",
  settings: [
    {
      name: "simulatedFillModel",
      label: "Fills",
      meaning: "What a simulated order fills against.",
      byDefault: "book",
      rule: {
        kind: "choice",
        choices: [
          { value: "book", label: "Order book", meaning: "the exchange's book as it stands, its depth where known" },
          { value: "bot-price", label: "Bot's price", meaning: "the price the bot got, worsened by the slippage" },
        ],
      },
    },
    {
      name: "simulatedSlippageBps",
      label: "Slippage",
      meaning: "How much worse than the price a simulated order fills where there is no book.",
      byDefault: 2,
      rule: bps(1_000),
    },
    {
      name: "simulatedFeeBps",
      label: "Taker fee",
      meaning: "What a simulated order pays of its notional; the exchange's base tier is 4.5.",
      byDefault: 4.5,
      rule: bps(1_000),
    },
    {
      name: "simulatedStartingEquity",
      label: "Starting equity",
      meaning: "What the simulated account began with; equity is this and all that was won or lost since.",
      byDefault: 60_000,
      rule: usd(false),
    },
  ],
};

export const GROUPS: readonly Group[] = [SIZING, EXPOSURE, LOSS, FRESHNESS, KILL, SIMULATION];

export const SETTINGS: readonly Setting[] = GROUPS.flatMap((group) => group.settings);

const BY_NAME = new Map<string, Setting>(SETTINGS.map((setting) => [setting.name, setting]));

/** Fields of a bot's own configuration; null is as by default. */
export const BOT_FIELDS = ["enabled", "leverageMultiplier", "sizingRule", "adoptExisting"] as const;
export type BotField = (typeof BOT_FIELDS)[number];

const BOT_RULES: Record<BotField, Rule> = {
  enabled: { kind: "switch" },
  leverageMultiplier: multiplierRule(true),
  sizingRule: { kind: "choice", choices: SIZING_CHOICES },
  adoptExisting: { kind: "switch" },
};

const BOT_LABELS: Record<BotField, string> = {
  enabled: "enabled",
  leverageMultiplier: "multiplier",
  sizingRule: "sizing rule",
  adoptExisting: "adopt existing positions",
};

/** A place in the settings, spelled as the API names it when it is wrong: `assetExposureCaps.BTC`, `botConfigs.gpt-5.enabled`. */
export type Path = string;

export const CAPS = "assetExposureCaps.";
export const BOTS = "botConfigs.";

export const capPath = (asset: string): Path => CAPS + asset;
export const botPath = (bot: string, field: BotField): Path => `${BOTS + bot}.${field}`;

export type Place =
  | { kind: "setting"; setting: Setting }
  | { kind: "cap"; asset: string }
  | { kind: "bot"; bot: string; field: BotField };

/** What a path means; null where it means nothing. A bot's id and an asset may have dots of their own. */
export function placeOf(path: Path): Place | null {
  const setting = BY_NAME.get(path);
  if (setting) return { kind: "setting", setting };
  if (path.startsWith(CAPS)) return { kind: "cap", asset: path.slice(CAPS.length) };
  if (!path.startsWith(BOTS)) return null;
  const end = path.lastIndexOf(".");
  const field = BOT_FIELDS.find((name) => name === path.slice(end + 1));
  return field && end > BOTS.length ? { kind: "bot", bot: path.slice(BOTS.length, end), field } : null;
}

/** The rule of a place. */
export function ruleOf(place: Place): Rule {
  switch (place.kind) {
    case "setting":
      return place.setting.rule;
    case "cap":
      return CAP_RULE;
    case "bot":
      return BOT_RULES[place.field];
  }
}

/** What a place is called, with the bot's name where one is known. */
export function labelOf(place: Place, nameOf: (bot: string) => string): string {
  switch (place.kind) {
    case "setting":
      return place.setting.label;
    case "cap":
      return `Exposure cap of ${place.asset}`;
    case "bot":
      return `${nameOf(place.bot)}: ${BOT_LABELS[place.field]}`;
  }
}
