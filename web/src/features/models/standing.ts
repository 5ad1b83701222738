// What is worked out from the API's answers for a bot and for fading it. Pure.
import type { Schemas } from "@/api/client";

export type Model = Schemas["Model"];
type Position = Schemas["PositionView"];

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

/** Deepest fall of the bot's equity below its highest, as a ratio of 0 or less; null where none is recorded. */
export const fallOf = ({ botStats }: Model): number | null =>
  botStats.drawdown === null ? null : -botStats.drawdown.max;
