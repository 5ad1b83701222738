// The lines of the arena out of the API's equity: the fade, the bots together, and each bot. Pure.
import type { Schemas } from "@/api/client";
import { botColour } from "@/components/botIdentity";
import { type ChartSeries, drawdown, lastKnown, sinceFirst } from "@/components/chart/series";
import { moneyShort } from "@/format/format";

/** In capitals, which the ids of bots never are. */
export const FADE = "FADE";
export const TOGETHER = "BOTS";
export const BTC = "BTC";
export const BEFORE_FEES = "NO-FEES";

export interface Lines {
  times: number[];
  series: ChartSeries[];
  drawdowns: ChartSeries[];
}

/** The state's newest equity, to be the end of the lines before the next point is recorded. */
export type Tip = Schemas["Equity"] | null | undefined;

export function linesOf(
  points: readonly Schemas["EquityPointView"][],
  tip: Tip,
  names: ReadonlyMap<string, string>,
  unit: "usd" | "pct",
): Lines {
  const all = withTip(points, tip);
  const ids = [...new Set(all.flatMap((point) => Object.keys(point.bots)))];
  const usd: ChartSeries[] = [
    { id: FADE, name: "FADE", colour: "--fade", strong: true, values: all.map((point) => point.fadeArena) },
    { id: TOGETHER, name: "BOTS", colour: "--bots", strong: true, values: all.map((point) => point.botsAggregate) },
    ...known({
      id: BTC,
      name: "BTC HOLD",
      colour: "--benchmark",
      dashed: true,
      values: all.map((point) => point.benchmarks.btcHold),
    }),
    ...known({
      id: BEFORE_FEES,
      name: "FADE no fees",
      colour: "--fade",
      dashed: true,
      values: all.map((point) => point.fadeBeforeFees),
    }),
    ...ids.map((id) => ({
      id,
      name: names.get(id) ?? id,
      colour: botColour(id),
      values: all.map((point) => point.bots[id] ?? null),
    })),
  ];
  return {
    times: all.map((point) => point.timestamp),
    series:
      unit === "usd"
        ? usd
        : usd.map((line) => ({ ...line, values: sinceFirst(line.values), note: moneyShort(lastKnown(line.values)) })),
    drawdowns: usd.slice(0, 2).map((line) => ({ ...line, values: drawdown(line.values) })),
  };
}

/** A line of which nothing is known is no line. */
const known = (line: ChartSeries): ChartSeries[] => (line.values.some((value) => value !== null) ? [line] : []);

function withTip(points: readonly Schemas["EquityPointView"][], tip: Tip): readonly Schemas["EquityPointView"][] {
  const last = points.at(-1);
  if (!last || !tip?.timestamp || tip.timestamp <= last.timestamp) return points;
  return [
    ...points,
    {
      ...last,
      timestamp: tip.timestamp,
      botsAggregate: tip.botsAggregate,
      fadeArena: tip.fadeArena,
      fadeBeforeFees: null,
      benchmarks: { btcHold: null },
    },
  ];
}
