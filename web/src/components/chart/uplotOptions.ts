// How uPlot is told to draw: colours of the theme, axes in our format, markers on a line. Knows no React.
import uPlot from "uplot";
import { axisTime, moneyShort, percent, type Zone } from "@/format/format";
import { type ChartMarker, type ChartSeries, indexAt } from "./series";

export interface PlotLook {
  unit: "usd" | "pct";
  zone: Zone;
  log: boolean;
  height: number;
  /** Pixels kept free on the right for the ends of the lines. */
  gutter: number;
  /** Lines that rise from zero are filled: a drawdown. */
  filled: boolean;
  /** Plots with the same key share their cursor. */
  sync: string;
  /** Without times below: there is another plot underneath. */
  bare: boolean;
}

export interface PlotHooks {
  onDraw: (plot: uPlot) => void;
  onCursor: (index: number | null) => void;
}

const FONT = '11px "IBM Plex Mono", ui-monospace, monospace';
const DASH = [6, 4];

export function colourOf(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim() || "gray";
}

export function dataOf(times: readonly number[], series: readonly ChartSeries[]): uPlot.AlignedData {
  return [times.map((time) => time / 1000), ...series.map((line) => line.values as (number | null)[])];
}

export function optionsOf(
  series: readonly ChartSeries[],
  look: PlotLook,
  markers: () => readonly ChartMarker[],
  hooks: PlotHooks,
): Omit<uPlot.Options, "width"> {
  const ink = colourOf("--ink-2");
  const line = colourOf("--line");
  const axis = { stroke: ink, font: FONT, grid: { stroke: line, width: 1 }, ticks: { show: false } };
  return {
    height: look.height,
    padding: [8, look.gutter, look.bare ? 6 : 0, 0],
    tzDate: (seconds) =>
      look.zone === "utc" ? uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC") : new Date(seconds * 1000),
    legend: { show: false },
    cursor: {
      sync: { key: look.sync },
      points: { size: 7 },
      drag: { x: false, y: false },
      y: false,
    },
    scales: {
      x: { time: true },
      y: { distr: look.log ? 3 : 1, range: look.filled ? drawdownRange : undefined },
    },
    axes: [
      { ...axis, size: look.bare ? 0 : 26, show: !look.bare, space: 90, values: timeLabels(look.zone) },
      {
        ...axis,
        size: 62,
        space: look.filled ? 22 : 44,
        values: (_, splits) => splits.map((value) => axisValue(value, look)),
      },
    ],
    series: [
      {},
      ...series.map((each): uPlot.Series => {
        const colour = colourOf(each.colour);
        return {
          label: each.name,
          stroke: colour,
          width: each.strong ? 2.5 : 1.25,
          dash: each.dashed ? DASH : undefined,
          fill: look.filled ? translucent(colour) : undefined,
          points: { show: false },
          spanGaps: true,
        };
      }),
    ],
    hooks: {
      draw: [
        (plot) => {
          drawMarkers(plot, series, markers());
          hooks.onDraw(plot);
        },
      ],
      setCursor: [(plot) => hooks.onCursor(plot.cursor.idx ?? null)],
    },
  };
}

const drawdownRange: uPlot.Range.Function = (_, low) => [Math.min(low ?? 0, -0.01) * 1.05, 0];

function axisValue(value: number | null, look: PlotLook): string {
  if (value === null) return "";
  return look.unit === "usd" ? moneyShort(value) : percent(value, Math.abs(value) < 0.1 && value !== 0 ? 1 : 0);
}

function timeLabels(zone: Zone): uPlot.Axis.DynamicValues {
  return (_, splits) => {
    const step = splits.length > 1 ? ((splits[1] as number) - (splits[0] as number)) * 1000 : 0;
    return splits.map((seconds) => axisTime(seconds * 1000, step, zone));
  };
}

function translucent(colour: string): string {
  return /^#[0-9a-f]{6}$/i.test(colour) ? `${colour}2e` : "transparent";
}

/** Small triangles on the line: up where we bought, down where we sold. */
function drawMarkers(plot: uPlot, series: readonly ChartSeries[], markers: readonly ChartMarker[]): void {
  const times = plot.data[0];
  if (markers.length === 0 || times.length === 0) return;
  const { ctx } = plot;
  const reach = 3.5 * devicePixelRatio;
  const [first, last] = [times[0] as number, times[times.length - 1] as number];
  ctx.save();
  ctx.strokeStyle = colourOf("--paper");
  for (const marker of markers) {
    const at = series.findIndex((each) => each.id === marker.series);
    const seconds = marker.time / 1000;
    if (at < 0 || seconds < first || seconds > last || plot.series[at + 1]?.show === false) continue;
    const value = plot.data[at + 1]?.[indexAt(times as number[], seconds)];
    if (value === null || value === undefined) continue;
    const x = plot.valToPos(seconds, "x", true);
    const y = plot.valToPos(value, "y", true) + (marker.up ? 2.5 * reach : -2.5 * reach);
    ctx.fillStyle = colourOf(marker.up ? "--gain" : "--loss");
    ctx.beginPath();
    ctx.moveTo(x, y + (marker.up ? -reach : reach));
    ctx.lineTo(x - reach, y + (marker.up ? reach : -reach));
    ctx.lineTo(x + reach, y + (marker.up ? reach : -reach));
    ctx.closePath();
    ctx.fill();
    ctx.stroke();
  }
  ctx.restore();
}
