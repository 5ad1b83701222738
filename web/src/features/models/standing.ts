// What is worked out from the API's answers for a bot and for fading it. Pure.
import type { Schemas } from "@/api/client";
import { drawdown, lastKnown } from "@/components/chart/series";

export type Model = Schemas["Model"];
type Position = Schemas["PositionView"];
type Point = Schemas["EquityPointView"];

/** In a public arena neither positions nor multipliers are told. */
export const isHidden = (model: Model): boolean => model.leverageMultiplier === null;

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

/** Equity less what the bot began with: trades, fees and funding together. Null where either is not known. */
export function netPnl({ botStats }: Model): number | null {
  const { equity, startingEquity } = botStats;
  return equity === null || startingEquity === null ? null : equity - startingEquity;
}

export function netChange(model: Model): number | null {
  const pnl = netPnl(model);
  const start = model.botStats.startingEquity;
  return pnl === null || !start ? null : pnl / start;
}

/** USD of open positions, long and short added up. */
export const gross = (positions: readonly Position[]): number => sum(positions.map((each) => each.notional));

/** USD of open positions, short ones subtracted. */
export const net = (positions: readonly Position[]): number => sum(positions.map(signedNotional));

export const signedNotional = (position: Position): number =>
  position.side === "long" ? position.notional : -position.notional;

export interface Fall {
  /** Deepest fall below the highest so far, as a ratio of it, 0 or less. */
  max: number;
  /** How far below its highest it is now. */
  now: number;
}

/** The falls of a bot's equity over the recorded points; null where there are none. */
export function fallOf(points: readonly Point[], botId: string): Fall | null {
  const falls = drawdown(points.map((point) => point.bots[botId] ?? null));
  const now = lastKnown(falls);
  return now === null ? null : { max: Math.min(...falls.map((fall) => fall ?? 0)), now };
}
