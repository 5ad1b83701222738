// Which link of the chain is broken, in words: from this page to the server, from the trader to the database, from the
// trader to the exchange. The nearest one that is broken is named, for what lies behind it is not known. Pure.
import { duration } from "@/format/format";
import type { Link } from "@/live/store";

/** The trader signs once a second or so; the API calls it dead after as long. */
export const TRADER_SILENT_S = 30;

export interface Chain {
  link: Link;
  /** Milliseconds since this page heard of the state, null before it did. */
  heardAgo: number | null;
  /** The state that was heard is too old to be shown as if it held. */
  stale: boolean;
  /** Undefined before the first state. */
  trader: { connected: boolean; heartbeatAge: number | null } | undefined;
}

export interface LinkSaid {
  look: Link | "stale";
  words: string;
  /** For how long, where that is known: apart from the words, which are read out when they change. */
  age: string | null;
}

const NOT_LIVE: Record<Exclude<Link, "live">, string> = {
  connecting: "connecting",
  reconnecting: "reconnecting",
  "logged-out": "not logged in",
};

export function linkSaid({ link, heardAgo, stale, trader }: Chain): LinkSaid {
  const unheard = stale && heardAgo !== null ? duration(heardAgo) : null;
  if (link !== "live") return { look: stale ? "stale" : link, words: NOT_LIVE[link], age: unheard };
  if (stale) return { look: "stale", words: "server silent", age: unheard };
  if (trader?.heartbeatAge === null) return { look: "stale", words: "no trader", age: null };
  if (trader !== undefined && isSilent(trader.heartbeatAge))
    return { look: "stale", words: "trader silent", age: duration(trader.heartbeatAge * 1000) };
  if (trader?.connected === false) return { look: "stale", words: "exchange away", age: null };
  return { look: "live", words: "live", age: null };
}

/** Whether a trader that signed so many seconds ago, or never, is to be taken for dead: what it wrote is old. */
export const isSilent = (heartbeatAge: number | null): boolean =>
  heartbeatAge === null || heartbeatAge > TRADER_SILENT_S;
