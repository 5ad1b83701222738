// Lines over time: ends that say name and value, lines to switch on and off, a pane of drawdowns, markers, a cursor for
// the arrow keys, and a table of the same numbers.
import { type KeyboardEvent, useId, useMemo, useRef, useState } from "react";
import { moment, money, percent } from "@/format/format";
import { useZone } from "@/preferences";
import { LinePlot } from "./chart/LinePlot";
import type { ChartMarker, ChartSeries } from "./chart/series";
import type { PlotLook } from "./chart/uplotOptions";
import { useMedia } from "./useMedia";

export type { ChartMarker, ChartSeries };

interface EquityChartProps {
  /** Read out: what the chart shows. */
  label: string;
  /** Milliseconds since the epoch, ascending. */
  times: readonly number[];
  series: readonly ChartSeries[];
  /** Values are USD, or ratios that are written as percent. */
  unit: "usd" | "pct";
  log?: boolean;
  markers?: readonly ChartMarker[];
  /** Ratios, 0 or less: a pane below the lines. */
  drawdown?: readonly ChartSeries[];
  /** Lines switched off, by id. */
  hidden: ReadonlySet<string>;
  onHidden: (hidden: ReadonlySet<string>) => void;
  /** Pixels of the upper pane. */
  height?: number;
}

const PANE_PX = 96;
const TWIN_ROWS_MAX = 200;

export function EquityChart(props: EquityChartProps) {
  const { times, series, unit, hidden, log = false, height = 380 } = props;
  const phone = useMedia("(max-width: 40rem)");
  const zone = useZone();
  const sync = useId();
  const [cursor, setCursor] = useState<number | null>(null);
  const told = useRef<(index: number | null) => void>(() => {});
  const write = useMemo(() => writer(unit), [unit]);
  const writeEnd = (value: number) => (unit === "usd" ? money(value, 0) : percent(value, 1, true));
  const look: PlotLook = {
    unit,
    zone,
    log: log && unit === "usd",
    height: phone ? Math.min(height, 260) : height,
    gutter: phone ? 92 : 226,
    filled: false,
    sync,
    bare: props.drawdown !== undefined,
  };
  const tell = useMemo(() => (index: number | null) => told.current(index), []);

  function onKeyDown(event: KeyboardEvent): void {
    const last = times.length - 1;
    if (event.target !== event.currentTarget || last < 0) return;
    const from = cursor ?? last;
    const stride = event.shiftKey ? Math.max(1, Math.round(last / 20)) : 1;
    const to = { ArrowLeft: from - stride, ArrowRight: from + stride, Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    setCursor(Math.min(last, Math.max(0, to)));
  }

  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: no element is a chart */}
      <div
        className="chart"
        role="group"
        aria-roledescription="chart"
        aria-label={`${props.label}. Arrow keys move along time; a table of the numbers follows.`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys move its cursor
        tabIndex={0}
        onKeyDown={onKeyDown}
      >
        <LinePlot
          times={times}
          series={series}
          hidden={hidden}
          look={look}
          markers={props.markers}
          cursor={cursor}
          onCursor={tell}
          endText={(line, value) =>
            phone ? writeEnd(value) : `${line.name} ${writeEnd(value)}${line.note ? ` ${line.note}` : ""}`
          }
        />
        {props.drawdown && (
          <LinePlot
            times={times}
            series={props.drawdown}
            hidden={hidden}
            look={{ ...look, unit: "pct", log: false, height: PANE_PX, filled: true, bare: false }}
            cursor={cursor}
            onCursor={tell}
            endText={(line, value) => (phone ? percent(value, 1) : `${line.name} DD ${percent(value, 1)}`)}
          />
        )}
      </div>
      <Readout register={told} times={times} series={series} hidden={hidden} write={write} />
      <Legend series={series} hidden={hidden} onHidden={props.onHidden} />
      <Twin label={props.label} times={times} series={series} write={write} />
    </>
  );
}

const writer =
  (unit: "usd" | "pct") =>
  (value: number): string =>
    unit === "usd" ? money(value, 0) : percent(value, 2, true);

interface ReadoutProps {
  register: { current: (index: number | null) => void };
  times: readonly number[];
  series: readonly ChartSeries[];
  hidden: ReadonlySet<string>;
  write: (value: number) => string;
}

/** What is under the cursor, in words; it alone is drawn again when the cursor moves. */
function Readout({ register, times, series, hidden, write }: ReadoutProps) {
  const [index, setIndex] = useState<number | null>(null);
  const zone = useZone();
  register.current = setIndex;
  const time = index === null ? undefined : times[index];
  return (
    <output className="chart-readout" aria-live="polite">
      {time === undefined || index === null ? (
        <span>Point at the chart, or focus it and use ← →</span>
      ) : (
        <>
          <b>{moment(time, zone)}</b>
          {series
            .filter((line) => !hidden.has(line.id))
            .map((line) => {
              const value = line.values[index];
              return value === null || value === undefined ? null : (
                <span key={line.id}>
                  {line.name} {write(value)}
                </span>
              );
            })}
        </>
      )}
    </output>
  );
}

interface LegendProps {
  series: readonly ChartSeries[];
  hidden: ReadonlySet<string>;
  onHidden: (hidden: ReadonlySet<string>) => void;
}

/** A click switches a line, a double click leaves it alone with the strong ones. */
function Legend({ series, hidden, onHidden }: LegendProps) {
  function toggle(id: string): void {
    const next = new Set(hidden);
    if (!next.delete(id)) next.add(id);
    onHidden(next);
  }
  function solo(id: string): void {
    const others = series.filter((line) => line.id !== id && !line.strong).map((line) => line.id);
    const already = others.every((other) => hidden.has(other));
    onHidden(new Set(already ? [] : others));
  }
  return (
    <fieldset className="legend">
      <legend className="visually-hidden">Lines; a double click shows one alone</legend>
      {series.map((line) => (
        <button
          key={line.id}
          type="button"
          className="legend-item"
          aria-pressed={!hidden.has(line.id)}
          onClick={() => toggle(line.id)}
          onDoubleClick={() => solo(line.id)}
        >
          <span className="legend-swatch" style={{ ["--end-colour" as string]: `var(${line.colour})` }} />
          {line.name}
        </button>
      ))}
    </fieldset>
  );
}

interface TwinProps {
  label: string;
  times: readonly number[];
  series: readonly ChartSeries[];
  write: (value: number) => string;
}

/** The same numbers as a table, newest first, thinned to what a person can read. */
function Twin({ label, times, series, write }: TwinProps) {
  const [open, setOpen] = useState(false);
  return (
    <details className="chart-twin" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>The numbers as a table</summary>
      {open && <TwinTable label={label} times={times} series={series} write={write} />}
    </details>
  );
}

function TwinTable({ label, times, series, write }: TwinProps) {
  const zone = useZone();
  const stride = Math.max(1, Math.ceil(times.length / TWIN_ROWS_MAX));
  const rows = times.map((_, index) => index).filter((index) => (times.length - 1 - index) % stride === 0);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    // biome-ignore lint/a11y/useSemanticElements: a section would want a heading of its own
    <div tabIndex={0} role="region" aria-label={`${label}, as a table`}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Time</th>
            {series.map((line) => (
              <th key={line.id} scope="col" className="num">
                {line.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.toReversed().map((index) => (
            <tr key={times[index]}>
              <th scope="row">{moment(times[index], zone)}</th>
              {series.map((line) => {
                const value = line.values[index];
                return (
                  <td key={line.id} className="num">
                    {value === null || value === undefined ? "–" : write(value)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
