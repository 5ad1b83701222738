// What we hold by asset and by bot, and how much an order could still add under the limits. Pure.
//
// The rules are those of the checks `asset_exposure`, `global_exposure` and `order_notional`: exposure is our net
// position in an asset over all bots, at its mark, and the whole is the sum of these without sign.
import type { Schemas } from "@/api/client";

type Model = Schemas["Model"];
type Settings = Schemas["SettingsView"];
type State = Schemas["State"];

export interface AssetExposure {
  asset: string;
  /** USD; negative is short. */
  net: number;
  /** USD without sign, the bots not set off against each other. */
  gross: number;
  unrealizedPnl: number;
  /** Against how many bots we hold it. */
  bots: number;
  /** USD; null is no cap. */
  cap: number | null;
}

/** What is held and what has a cap, the largest first. */
export function byAsset(models: readonly Model[], caps: Settings["assetExposureCaps"]): AssetExposure[] {
  const rows = new Map<string, AssetExposure>();
  for (const [asset, cap] of Object.entries(caps ?? {})) if (cap !== null) rows.set(asset, { ...NOTHING, asset, cap });
  for (const position of models.flatMap((model) => model.myMirroredPositions)) {
    const row = rows.get(position.asset) ?? { ...NOTHING, asset: position.asset };
    rows.set(position.asset, {
      ...row,
      net: row.net + (position.side === "long" ? position.notional : -position.notional),
      gross: row.gross + position.notional,
      unrealizedPnl: row.unrealizedPnl + position.unrealizedPnl,
      bots: row.bots + 1,
    });
  }
  return [...rows.values()].sort((one, other) => other.gross - one.gross || one.asset.localeCompare(other.asset));
}

const NOTHING = { net: 0, gross: 0, unrealizedPnl: 0, bots: 0, cap: null };

export interface BotExposure {
  id: string;
  name: string;
  /** USD without sign. */
  long: number;
  short: number;
  gross: number;
  unrealizedPnl: number;
  positions: number;
}

export function byBot(models: readonly Model[]): BotExposure[] {
  return models.map((model) => {
    const held = model.myMirroredPositions;
    const sum = (side?: string) =>
      held.filter((each) => side === undefined || each.side === side).reduce((total, each) => total + each.notional, 0);
    return {
      id: model.id,
      name: model.name,
      long: sum("long"),
      short: sum("short"),
      gross: sum(),
      unrealizedPnl: held.reduce((total, each) => total + each.unrealizedPnl, 0),
      positions: held.length,
    };
  });
}

const KILLED: Record<Settings["killSwitchExits"], string> = {
  hold: "The kill switch is on and holds what we have: exits are not sent either.",
  follow: "The kill switch is on; exits still follow the bots.",
  flatten: "The kill switch is on and closes what we have.",
};

/** Why nothing can be added at all, and what of exits, in sentences; null where it can. */
export function blockOf(state: State, settings: Settings): string | null {
  if (state.killSwitch) return KILLED[settings.killSwitchExits];
  if (state.mode === "live" && !state.armed) return `The mode is live, but this machine is not armed. ${FREE}`;
  const limit = settings.dailyLossLimit ?? null;
  if (limit !== null && state.dailyPnL.fadeArena <= -limit) return `Today's loss has reached the daily limit. ${FREE}`;
  return null;
}

const FREE = "Exits are not blocked.";

export type Limit = "asset cap" | "global cap" | "order limit";

export interface Room {
  /** USD by which an order could still add risk; null is no limit. */
  usd: number | null;
  /** What holds it there. */
  by: Limit | null;
}

/** Limits as they stand, USD; null is none. `exposure` is the sum over assets of what is held net, without sign. */
export interface Limits {
  globalCap: number | null;
  orderLimit: number | null;
  exposure: number;
}

/** How much an order could still add in an asset, buying or selling; orders under way are not in it. */
export function roomOf(row: AssetExposure, way: "buy" | "sell", limits: Limits): Room {
  const toward = way === "buy" ? row.net : -row.net;
  const others = Math.max(0, limits.exposure - Math.abs(row.net));
  const rooms: [Limit, number | null][] = [
    ["asset cap", row.cap === null ? null : row.cap - toward],
    ["global cap", limits.globalCap === null ? null : limits.globalCap - others - toward],
    ["order limit", limits.orderLimit],
  ];
  let least: Room = { usd: null, by: null };
  for (const [by, usd] of rooms) {
    if (usd !== null && (least.usd === null || usd < least.usd)) least = { usd: Math.max(0, usd), by };
  }
  return least;
}
