// One uPlot in React: made anew when its look changes, given new data otherwise, resized with its box.
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import uPlot from "uplot";
import { usePreferences } from "@/preferences";
import type { ChartMarker, ChartSeries } from "./series";
import { lastKnown, spread } from "./series";
import { dataOf, optionsOf, type PlotLook } from "./uplotOptions";

export interface PlotProps {
  times: readonly number[];
  series: readonly ChartSeries[];
  hidden: ReadonlySet<string>;
  look: PlotLook;
  markers?: readonly ChartMarker[];
  onCursor: (index: number | null) => void;
  /** Where the cursor was put by the keyboard. */
  cursor: number | null;
  /** What the end of a line says after its name. */
  endText?: (series: ChartSeries, value: number) => string;
}

interface End {
  id: string;
  top: number;
  value: number;
}

const NONE: readonly ChartMarker[] = [];
const LABEL_PX = 17;

export function LinePlot({ times, series, hidden, look, markers = NONE, onCursor, cursor, endText }: PlotProps) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef({ times, series, hidden, markers, onCursor });
  latest.current = { times, series, hidden, markers, onCursor };
  const theme = usePreferences((preferences) => preferences.theme);
  const [ends, setEnds] = useState<readonly End[]>([]);
  const drawn = useCallback((made: uPlot) => {
    const next = endsOf(made, latest.current.series);
    setEnds((before) => (same(before, next) ? before : next));
  }, []);
  const lines = series.map((each) => `${each.id}|${each.colour}|${each.strong}|${each.dashed}|${each.name}`).join();
  const { unit, zone, log, height, gutter, filled, sync, bare } = look;

  // biome-ignore lint/correctness/useExhaustiveDependencies: made anew only when it has to look different
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const now = latest.current;
    const options = optionsOf(now.series, look, () => latest.current.markers, {
      onDraw: drawn,
      onCursor: (index) => latest.current.onCursor(index),
    });
    const made = new uPlot(
      { ...options, width: Math.max(120, element.clientWidth) },
      dataOf(now.times, now.series),
      element,
    );
    show(made, now.series, now.hidden);
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: Math.max(120, element.clientWidth), height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [lines, theme, unit, zone, log, height, gutter, filled, sync, bare, drawn]);

  useEffect(() => {
    plot.current?.setData(dataOf(times, series));
  }, [times, series]);

  useEffect(() => {
    if (plot.current) show(plot.current, latest.current.series, hidden);
  }, [hidden]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: other markers are drawn by drawing again
  useEffect(() => {
    plot.current?.redraw(false);
  }, [markers]);

  useEffect(() => {
    const made = plot.current;
    const time = cursor === null ? undefined : times[cursor];
    if (made && time !== undefined) made.setCursor({ left: made.valToPos(time / 1000, "x"), top: 0 });
  }, [cursor, times]);

  return (
    <div className="chart-plot" ref={box} style={{ height }}>
      {endText && (
        <div className="chart-ends" aria-hidden="true">
          {ends.map((end) => {
            const line = series.find((each) => each.id === end.id);
            if (!line) return null;
            return (
              <span
                key={end.id}
                className="chart-end"
                data-strong={line.strong === true}
                style={{
                  top: end.top,
                  right: 4,
                  width: gutter - 10,
                  ["--end-colour" as string]: `var(${line.colour})`,
                }}
              >
                {endText(line, end.value)}
              </span>
            );
          })}
        </div>
      )}
    </div>
  );
}

function show(plot: uPlot, series: readonly ChartSeries[], hidden: ReadonlySet<string>): void {
  plot.batch(() => {
    series.forEach((each, index) => {
      const visible = !hidden.has(each.id);
      if (plot.series[index + 1]?.show !== visible) plot.setSeries(index + 1, { show: visible });
    });
  });
}

function endsOf(plot: uPlot, series: readonly ChartSeries[]): End[] {
  const found: { id: string; value: number }[] = [];
  series.forEach((each, index) => {
    const value = lastKnown(each.values);
    if (plot.series[index + 1]?.show !== false && value !== null) found.push({ id: each.id, value });
  });
  const top = plot.over.offsetTop;
  const places = spread(
    found.map(({ value }) => plot.valToPos(value, "y")),
    LABEL_PX,
    plot.over.clientHeight,
  );
  return found.map((end, index) => ({ ...end, top: Math.round(top + (places[index] ?? 0) - LABEL_PX / 2) }));
}

function same(before: readonly End[], next: readonly End[]): boolean {
  return (
    before.length === next.length &&
    before.every((end, index) => {
      const other = next[index];
      return other !== undefined && end.id === other.id && end.top === other.top && end.value === other.value;
    })
  );
}
