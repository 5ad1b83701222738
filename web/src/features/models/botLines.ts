// The lines of a bot's page: what the bot gained, and what our trades against it realised. Pure.
import type { Schemas } from "@/api/client";
import { botColour } from "@/components/botIdentity";
import type { ChartMarker, ChartSeries } from "@/components/chart/series";
import type { Trade } from "./pairs";
import type { Model } from "./standing";

export const FADE = "fade";

export interface BotLines {
  times: number[];
  series: ChartSeries[];
  markers: ChartMarker[];
}

/**
 * Both in USD since the start. `orders` are ours against the bot, newest first; where older ones are not among them,
 * the line begins with the oldest that is, at the height that ends in what is realised in all.
 */
export function botLines(
  model: Model,
  points: readonly Schemas["EquityPointView"][],
  orders: readonly Trade[],
): BotLines {
  const times = points.map((point) => point.timestamp);
  const equities = points.map((point) => point.bots[model.id] ?? null);
  const start = model.botStats.startingEquity ?? equities.find((each) => each !== null) ?? null;
  const oldestFirst = orders.filter((order) => order.pnl !== null || order.fee !== 0).toReversed();
  const whole = orders.length >= model.stats.totalTrades;
  return {
    times,
    series: [
      {
        id: model.id,
        name: model.name,
        colour: botColour(model.id),
        values: equities.map((equity) => (equity === null || start === null ? null : equity - start)),
      },
      {
        id: FADE,
        name: "FADING IT",
        colour: "--fade",
        strong: true,
        values: realisedAt(times, oldestFirst, model.stats.realizedPnl - model.stats.fees, whole),
      },
    ],
    markers: orders
      .filter((order) => times[0] !== undefined && order.timestamp >= times[0])
      .map((order) => ({ id: order.id, time: order.timestamp, series: FADE, up: order.side === "long" })),
  };
}

/** What was realised, after fees, up to each time; ends in `total`. Null before the oldest order unless it is the first. */
function realisedAt(
  times: readonly number[],
  oldestFirst: readonly Trade[],
  total: number,
  whole: boolean,
): (number | null)[] {
  const gains = oldestFirst.map((order) => (order.pnl ?? 0) - order.fee);
  let sum = total - gains.reduce((all, gain) => all + gain, 0);
  let next = 0;
  return times.map((time) => {
    for (; next < oldestFirst.length && (oldestFirst[next] as Trade).timestamp <= time; next++)
      sum += gains[next] as number;
    return next === 0 && !whole ? null : sum;
  });
}
