// Whose time it is: a replay sets the system's clock, and then no age may be reckoned with this machine's. Pure.
const APART_MS = 3_600_000;
const ALIVE_S = 30;

/** The trader lives and its clock is far from this machine's: it replays. */
export function isReplay(clockTime: number | null, heartbeatAge: number | null, now: number): boolean {
  if (clockTime === null || heartbeatAge === null || heartbeatAge > ALIVE_S) return false;
  return Math.abs(clockTime - now) > APART_MS;
}

/** How long ago something was by the system's own clock; null where either is not known. */
export function ageBy(clockTime: number | null, at: number | null): number | null {
  return clockTime === null || at === null ? null : Math.max(0, clockTime - at);
}
