// Filters as addresses carry them, checked: what the API would refuse is left out. Pure.
const BOT_ID = /^[a-z0-9.-]{1,64}$/;
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** The last millisecond of the year 9999, the last that the API takes. */
const TIME_MAX = 253_402_300_799_999;

/** A bot's id; an address of digits alone arrives as a number. */
export function botIdOf(given: unknown): string | undefined {
  const text = textOf(given);
  return text !== undefined && BOT_ID.test(text) ? text : undefined;
}

export function assetOf(given: unknown): string | undefined {
  const text = textOf(given)?.trim();
  return text !== undefined && text.length >= 1 && text.length <= 64 ? text : undefined;
}

/** Milliseconds since the epoch. */
export function timeOf(given: unknown): number | undefined {
  return typeof given === "number" && Number.isInteger(given) && given >= 0 && given <= TIME_MAX ? given : undefined;
}

/** An id of a row: a UUID. */
export function idOf(given: unknown): string | undefined {
  return typeof given === "string" && ID.test(given) ? given.toLowerCase() : undefined;
}

export function oneOf<const T extends string>(given: unknown, allowed: readonly T[]): T | undefined {
  return allowed.find((each) => each === given);
}

/** The same value without what is undefined, so that addresses stay short. */
export function known<T extends object>(search: T): T {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined)) as T;
}

function textOf(given: unknown): string | undefined {
  if (typeof given === "string") return given;
  return typeof given === "number" && Number.isFinite(given) ? String(given) : undefined;
}
