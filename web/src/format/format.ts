// Every number, amount, rate, time and duration on the screen is written here, and only here. Pure.
//
// Minus is U+2212, thousands are grouped by commas, and a value that is not known is an en dash. Ratios come in as
// 0 to 1, amounts as USD, times as milliseconds since the epoch, durations as milliseconds.

export type Zone = "utc" | "local";
export type Tone = "gain" | "loss" | "flat" | "unknown";

export const UNKNOWN = "–";
const MINUS = "−";

type Maybe = number | null | undefined;

const isKnown = (value: Maybe): value is number => value !== null && value !== undefined && Number.isFinite(value);

const formatters = new Map<string, Intl.NumberFormat>();

function grouped(value: number, least: number, most: number): string {
  const key = `${least}:${most}`;
  let formatter = formatters.get(key);
  if (!formatter) {
    formatter = new Intl.NumberFormat("en-US", { minimumFractionDigits: least, maximumFractionDigits: most });
    formatters.set(key, formatter);
  }
  return formatter.format(value);
}

/** The sign in front; none where the digits that follow are all zero. */
function signOf(value: number, digits: string, plus: boolean): string {
  if (!/[1-9]/.test(digits)) return "";
  return value < 0 ? MINUS : plus ? "+" : "";
}

function signed(value: number, body: (magnitude: number) => string, plus: boolean): string {
  const digits = body(Math.abs(value));
  return signOf(value, digits, plus) + digits;
}

/** 1,234.50: for columns whose header names the unit. */
export function amount(value: Maybe, digits = 2, plus = false): string {
  return isKnown(value) ? signed(value, (size) => grouped(size, digits, digits), plus) : UNKNOWN;
}

/** $1,234.50 */
export function money(value: Maybe, digits = 2, plus = false): string {
  return isKnown(value) ? signed(value, (size) => `$${grouped(size, digits, digits)}`, plus) : UNKNOWN;
}

/** $1,234.5: all its digits, at most eight decimals; for what a person typed. */
export function moneyExact(value: Maybe): string {
  return isKnown(value) ? signed(value, (size) => `$${grouped(size, 0, 8)}`, false) : UNKNOWN;
}

/** $58.5k, for axes and narrow places. */
export function moneyShort(value: Maybe, plus = false): string {
  if (!isKnown(value)) return UNKNOWN;
  return signed(value, (size) => `$${shortened(size)}`, plus);
}

function shortened(size: number): string {
  for (const [from, letter] of [
    [1e9, "B"],
    [1e6, "M"],
    [1e3, "k"],
  ] as const) {
    if (size >= from) return `${grouped(size / from, 0, size / from >= 100 ? 0 : size / from >= 10 ? 1 : 2)}${letter}`;
  }
  return grouped(size, 0, size >= 100 ? 0 : 2);
}

/** 0.0123 → 1.23% */
export function percent(ratio: Maybe, digits = 2, plus = false): string {
  return isKnown(ratio) ? signed(ratio, (size) => `${grouped(size * 100, digits, digits)}%`, plus) : UNKNOWN;
}

/** 12.3 bps */
export function bps(value: Maybe, digits = 1, plus = false): string {
  return isKnown(value) ? signed(value, (size) => `${grouped(size, digits, digits)} bps`, plus) : UNKNOWN;
}

/** 1.50× */
export function multiple(value: Maybe, digits = 2): string {
  return isKnown(value) ? signed(value, (size) => `${grouped(size, 0, digits)}×`, false) : UNKNOWN;
}

/** A whole number. */
export function count(value: Maybe): string {
  return amount(value, 0);
}

/** A size in base units: all its digits, at most eight decimals. */
export function size(value: Maybe, plus = false): string {
  return isKnown(value) ? signed(value, (magnitude) => grouped(magnitude, 0, 8), plus) : UNKNOWN;
}

/** A price with the digits it needs: two at least above one dollar, six significant below. */
export function price(value: Maybe): string {
  if (!isKnown(value)) return UNKNOWN;
  const magnitude = Math.abs(value);
  const decimals =
    magnitude >= 10_000
      ? 1
      : magnitude >= 1
        ? 4
        : magnitude > 0
          ? Math.min(10, 5 - Math.floor(Math.log10(magnitude)))
          : 2;
  return signed(value, (whole) => grouped(whole, Math.min(2, decimals), decimals), false);
}

/** Decimal text of the API with its unit, as a check of a decision gives it. */
export function measured(text: string | null | undefined, unit: string): string {
  if (text === null || text === undefined) return UNKNOWN;
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) return text;
  switch (unit.toLowerCase()) {
    case "usd":
      return money(value);
    case "bps":
      return bps(value, Number.isInteger(value * 10) ? 1 : 2);
    case "%":
    case "percent":
      return percent(value / 100);
    case "ms":
      return duration(value);
    case "s":
    case "seconds":
      // All its digits: 30.4 s is over a limit of 30 s, and has to look so.
      return value > 0 && value < 60 ? `${size(value)} s` : duration(value * 1000);
    case "":
      return size(value);
    default:
      return `${size(value)} ${unit}`;
  }
}

export function toneOf(value: Maybe): Tone {
  if (!isKnown(value)) return "unknown";
  return value > 0 ? "gain" : value < 0 ? "loss" : "flat";
}

/** Beside colour and sign, so that nobody has to tell by colour. */
export function arrowOf(value: Maybe): string {
  const tone = toneOf(value);
  return tone === "gain" ? "▲" : tone === "loss" ? "▼" : "";
}

/** "long" → "LONG ↑" would repeat what the word says; the word alone, in capitals. */
export function sideWord(side: string): string {
  return side.toUpperCase();
}

const two = (value: number): string => String(value).padStart(2, "0");

interface Parts {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
}

function partsOf(timeMs: number, zone: Zone): Parts {
  const date = new Date(timeMs);
  return zone === "utc"
    ? {
        year: date.getUTCFullYear(),
        month: date.getUTCMonth() + 1,
        day: date.getUTCDate(),
        hour: date.getUTCHours(),
        minute: date.getUTCMinutes(),
        second: date.getUTCSeconds(),
      }
    : {
        year: date.getFullYear(),
        month: date.getMonth() + 1,
        day: date.getDate(),
        hour: date.getHours(),
        minute: date.getMinutes(),
        second: date.getSeconds(),
      };
}

/** 2025-10-19 */
export function day(timeMs: Maybe, zone: Zone): string {
  if (!isKnown(timeMs)) return UNKNOWN;
  const at = partsOf(timeMs, zone);
  return `${at.year}-${two(at.month)}-${two(at.day)}`;
}

/** 17:05:09 */
export function clock(timeMs: Maybe, zone: Zone): string {
  if (!isKnown(timeMs)) return UNKNOWN;
  const at = partsOf(timeMs, zone);
  return `${two(at.hour)}:${two(at.minute)}:${two(at.second)}`;
}

/** 10-19 17:05:09, for lists. */
export function moment(timeMs: Maybe, zone: Zone): string {
  return isKnown(timeMs) ? `${day(timeMs, zone).slice(5)} ${clock(timeMs, zone)}` : UNKNOWN;
}

/** 2025-10-19 17:05:09 UTC */
export function dateTime(timeMs: Maybe, zone: Zone): string {
  return isKnown(timeMs) ? `${day(timeMs, zone)} ${clock(timeMs, zone)} ${zoneName(zone)}` : UNKNOWN;
}

/** 2025-10-19 17:05:09, with milliseconds where there are some: for a field that is read again. Empty where not known. */
export function writtenTime(timeMs: Maybe, zone: Zone): string {
  if (!isKnown(timeMs)) return "";
  const rest = timeMs % 1000;
  return `${day(timeMs, zone)} ${clock(timeMs, zone)}${rest === 0 ? "" : `.${String(rest).padStart(3, "0")}`}`;
}

const WRITTEN = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2})(?::(\d{2}(?:\.\d{1,3})?))?)?( UTC|Z)?$/;

/** The moment that such a field says, a day alone or without seconds too; undefined where it says none. */
export function timeOfWritten(text: string, zone: Zone): number | undefined {
  const parts = WRITTEN.exec(text.trim());
  if (parts === null) return undefined;
  const [, date, minutes = "00:00", seconds = "00", utc] = parts;
  const at = Date.parse(`${date}T${minutes}:${seconds}${zone === "utc" || utc !== undefined ? "Z" : ""}`);
  return Number.isNaN(at) || at < 0 ? undefined : at;
}

/** For the datetime attribute of <time>. */
export function isoTime(timeMs: number): string {
  return new Date(timeMs).toISOString();
}

export function zoneName(zone: Zone): string {
  return zone === "utc" ? "UTC" : "local";
}

/** What an axis of times needs: the day where days pass between ticks, else hours and minutes. */
export function axisTime(timeMs: number, stepMs: number, zone: Zone): string {
  if (stepMs >= 86_400_000) return day(timeMs, zone).slice(5);
  const text = clock(timeMs, zone);
  if (text === "00:00:00") return day(timeMs, zone).slice(5);
  return stepMs >= 60_000 ? text.slice(0, 5) : text;
}

/** 850 ms, 3.2 s, 4 m 05 s, 2 h 10 m, 3 d 04 h: the two largest parts. */
export function duration(lengthMs: Maybe): string {
  if (!isKnown(lengthMs)) return UNKNOWN;
  return signed(lengthMs, lengthOf, false);
}

function lengthOf(lengthMs: number): string {
  if (lengthMs < 1000) return `${Math.round(lengthMs)} ms`;
  const seconds = lengthMs / 1000;
  if (seconds < 10) return `${grouped(seconds, 0, 1)} s`;
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} m ${two(Math.floor(seconds % 60))} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ${two(minutes % 60)} m`;
  return `${Math.floor(hours / 24)} d ${two(hours % 24)} h`;
}

/** 0x1234…cdef */
export function shortHash(text: string): string {
  return text.length > 14 ? `${text.slice(0, 6)}…${text.slice(-4)}` : text;
}

/** Bytes as 12.3 MB. */
export function bytes(value: Maybe): string {
  if (!isKnown(value)) return UNKNOWN;
  for (const [from, unit] of [
    [1e9, "GB"],
    [1e6, "MB"],
    [1e3, "kB"],
  ] as const) {
    if (value >= from) return `${grouped(value / from, 0, 1)} ${unit}`;
  }
  return `${grouped(value, 0, 0)} B`;
}
