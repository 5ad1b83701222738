// The lines of a bot's page: what the bot gained, and what fading it brought. Pure.
import type { Schemas } from "@/api/client";
import { botColour } from "@/components/botIdentity";
import { type ChartMarker, type ChartSeries, drawdown } from "@/components/chart/series";
import type { Trade } from "./pairs";
import type { Model } from "./standing";

export const FADE = "fade";

export interface BotLines {
  times: number[];
  series: ChartSeries[];
  /** Of the bot's equity. */
  drawdowns: ChartSeries[];
  markers: ChartMarker[];
}

/** Both in USD since the start; `orders` are ours against the bot, to be marked. */
export function botLines(
  model: Model,
  points: readonly Schemas["EquityPointView"][],
  orders: readonly Trade[],
): BotLines {
  const times = points.map((point) => point.timestamp);
  const equities = points.map((point) => point.bots[model.id] ?? null);
  const start = model.botStats.startingEquity ?? equities.find((each) => each !== null) ?? null;
  const first = times[0];
  const bot = { id: model.id, name: model.name, colour: botColour(model.id) };
  return {
    times,
    series: [
      {
        ...bot,
        values: equities.map((equity) => (equity === null || start === null ? null : equity - start)),
      },
      ...fadeLine(points.map((point) => point.fadePnL[model.id] ?? null)),
    ],
    drawdowns: [{ ...bot, values: drawdown(equities) }],
    markers: orders
      .filter((order) => first !== undefined && order.timestamp >= first)
      .map((order) => ({ id: order.id, time: order.timestamp, series: FADE, up: order.side === "long" })),
  };
}

/** None where nothing of it is known, as in public. */
function fadeLine(values: (number | null)[]): ChartSeries[] {
  if (values.every((value) => value === null)) return [];
  return [{ id: FADE, name: "FADING IT", colour: "--fade", strong: true, values }];
}
