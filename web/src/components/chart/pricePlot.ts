// Draws prices and fills with the charting library; loaded when a chart is opened. Knows the theme only by the names of
// its colours.
import {
  ColorType,
  CrosshairMode,
  createChart,
  createSeriesMarkers,
  LineSeries,
  LineStyle,
  type SeriesMarker,
  type Time,
  type UTCTimestamp,
} from "lightweight-charts";
import { axisTime, moment, price, type Zone } from "@/format/format";
import { type PriceFill, type Slot, slotOf } from "./priceGrid";

export interface PricePlotData {
  slots: readonly Slot[];
  step: number;
  fills: readonly PriceFill[];
  /** The fill that is looked at. */
  current: string;
  zone: Zone;
}

export interface PricePlot {
  /** Puts the cross hair onto a slot; null takes it away. */
  point: (slot: Slot | null) => void;
  remove: () => void;
}

export function drawPrices(
  into: HTMLElement,
  data: PricePlotData,
  onPoint: (seconds: number | null) => void,
): PricePlot {
  const style = getComputedStyle(into);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const chart = createChart(into, {
    autoSize: true,
    layout: {
      background: { type: ColorType.Solid, color: colour("--panel") },
      textColor: colour("--ink-2"),
      fontFamily: style.fontFamily,
      fontSize: 11,
      attributionLogo: false,
    },
    grid: { vertLines: { color: colour("--line") }, horzLines: { color: colour("--line") } },
    crosshair: { mode: CrosshairMode.Normal, vertLine: { labelVisible: false }, horzLine: { labelVisible: false } },
    rightPriceScale: { borderColor: colour("--line"), scaleMargins: { top: 0.14, bottom: 0.18 } },
    timeScale: {
      borderColor: colour("--line"),
      timeVisible: true,
      secondsVisible: false,
      minBarSpacing: 0.01,
      tickMarkFormatter: (time: Time) => axisTime(Number(time) * 1000, data.step * 60, data.zone),
    },
    localization: {
      priceFormatter: price,
      timeFormatter: (time: Time) => moment(Number(time) * 1000, data.zone),
    },
    // The page scrolls under a finger or a wheel; the range is chosen beside the chart.
    handleScroll: false,
    handleScale: false,
  });
  const line = chart.addSeries(LineSeries, {
    color: colour("--ink"),
    lineWidth: 1,
    lineStyle: LineStyle.Solid,
    priceLineVisible: false,
    lastValueVisible: false,
    crosshairMarkerRadius: 3,
  });
  line.setData(
    data.slots.map((slot) => {
      const time = slot.time as UTCTimestamp;
      if (slot.price === null) return { time };
      return { time, value: slot.price, ...(slot.afterGap ? { color: colour("--line-strong") } : {}) };
    }),
  );
  // Beside the marks, so that a fill stands at its own price and counts for the height of the scale.
  createSeriesMarkers(line, markersOf(data, colour), { autoScale: true });
  chart.timeScale().fitContent();
  chart.subscribeCrosshairMove(({ time }) => onPoint(time === undefined ? null : Number(time)));
  return {
    point: (slot) => {
      if (slot === null) chart.clearCrosshairPosition();
      else chart.setCrosshairPosition(slot.price ?? 0, slot.time as UTCTimestamp, line);
    },
    remove: () => chart.remove(),
  };
}

function markersOf(data: PricePlotData, colour: (name: string) => string): SeriesMarker<Time>[] {
  return data.fills
    .map((fill) => ({
      time: slotOf(fill.timestamp, data.step) as UTCTimestamp,
      position: "atPriceMiddle" as const,
      price: fill.price,
      shape:
        fill.type === "bot"
          ? ("circle" as const)
          : fill.side === "long"
            ? ("arrowUp" as const)
            : ("arrowDown" as const),
      color: colour(fill.type === "bot" ? "--bots" : "--fade"),
      id: fill.id,
      size: fill.id === data.current ? 2 : 1,
      ...(fill.id === data.current ? { text: "this trade" } : {}),
    }))
    .sort((one, other) => one.time - other.time);
}
