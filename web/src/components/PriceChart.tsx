// Recorded prices of an asset with fills on them: a cursor for the arrow keys, and a table of the same numbers.
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import { moment, price, sideWord, size } from "@/format/format";
import { usePreferences, useZone } from "@/preferences";
import { type PriceFill, type PricePoint, type Slot, slotOf, slotsOf, stepOf } from "./chart/priceGrid";
import type { PricePlot } from "./chart/pricePlot";

export type { PriceFill, PricePoint };

interface PriceChartProps {
  /** Read out: what the chart shows. */
  label: string;
  /** Ascending. */
  points: readonly PricePoint[];
  fills: readonly PriceFill[];
  /** The id of the fill that is looked at. */
  current: string;
  /** What the axis covers, ms since the epoch. */
  from: number;
  to: number;
  /** How far apart recorded prices usually are. */
  usualMs: number;
}

export function PriceChart({ label, points, fills, current, from, to, usualMs }: PriceChartProps) {
  const zone = useZone();
  const theme = usePreferences((preferences) => preferences.theme);
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<PricePlot | null>(null);
  const [at, setAt] = useState<number | null>(null);
  const [failed, setFailed] = useState(false);
  const step = stepOf(from, to);
  const slots = useMemo(() => slotsOf(points, from, to, usualMs), [points, from, to, usualMs]);
  const stops = useMemo(() => stopsOf(slots, fills, step), [slots, fills, step]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another theme has other colours
  useEffect(() => {
    let gone = false;
    import("./chart/pricePlot").then(
      ({ drawPrices }) => {
        if (!gone && box.current) plot.current = drawPrices(box.current, { slots, step, fills, current, zone }, setAt);
      },
      () => setFailed(true),
    );
    return () => {
      gone = true;
      plot.current?.remove();
      plot.current = null;
    };
  }, [slots, step, fills, current, zone, theme]);

  function onKeyDown(event: KeyboardEvent): void {
    const last = stops.length - 1;
    if (event.target !== event.currentTarget || last < 0) return;
    const here = stops.findIndex((stop) => at !== null && stop.time >= at);
    const from_ = at === null || here < 0 ? last : here;
    const to_ = { ArrowLeft: at === null ? last : from_ - 1, ArrowRight: from_ + 1, Home: 0, End: last }[event.key];
    if (to_ === undefined) return;
    event.preventDefault();
    const stop = stops[Math.min(last, Math.max(0, to_))] ?? null;
    setAt(stop?.time ?? null);
    plot.current?.point(stop);
  }

  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: no element is a chart */}
      <div
        className="chart price-chart"
        role="group"
        aria-roledescription="chart"
        aria-label={`${label}. Arrow keys move along time; a table of the numbers follows.`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys move its cursor
        tabIndex={0}
        onKeyDown={onKeyDown}
      >
        <div ref={box} className="price-plot" aria-hidden="true" />
        {failed && <p className="dim">The chart could not be loaded; the table below has the numbers.</p>}
      </div>
      <output className="chart-readout" aria-live="polite">
        {at === null ? (
          <span>Point at the chart, or focus it and use ← →</span>
        ) : (
          <Readout at={at} slots={slots} fills={fills} step={step} />
        )}
      </output>
      <Twin label={label} points={points} fills={fills} current={current} />
    </>
  );
}

/** Where the cursor stops: where a price was recorded, and where something was traded. */
function stopsOf(slots: readonly Slot[], fills: readonly PriceFill[], step: number): Slot[] {
  const traded = new Map(fills.map((fill) => [slotOf(fill.timestamp, step), fill.price]));
  return slots
    .filter((slot) => slot.price !== null || traded.has(slot.time))
    .map((slot) => ({ ...slot, price: slot.price ?? traded.get(slot.time) ?? null }));
}

interface ReadoutProps {
  at: number;
  slots: readonly Slot[];
  fills: readonly PriceFill[];
  step: number;
}

function Readout({ at, slots, fills, step }: ReadoutProps) {
  const zone = useZone();
  const slot = slots.find((each) => each.time === at);
  return (
    <>
      <b>{moment(at * 1000, zone)}</b>
      {slot?.price != null && <span>mark {price(slot.price)}</span>}
      {fills
        .filter((fill) => slotOf(fill.timestamp, step) === at)
        .map((fill) => (
          <span key={fill.id}>
            {whose(fill)} {sideWord(fill.side)} {size(fill.size)} @ {price(fill.price)}
          </span>
        ))}
    </>
  );
}

const whose = (fill: PriceFill): string => (fill.type === "bot" ? "bot" : "fade");

function Twin({ label, points, fills, current }: Pick<PriceChartProps, "label" | "points" | "fills" | "current">) {
  const [open, setOpen] = useState(false);
  const zone = useZone();
  const rows = [...points.map((point) => ({ ...point, fill: null })), ...fills.map((fill) => ({ ...fill, fill }))].sort(
    (one, other) => other.timestamp - one.timestamp,
  );
  return (
    <details className="chart-twin" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>The numbers as a table</summary>
      {open && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        // biome-ignore lint/a11y/useSemanticElements: a section would want a heading of its own
        <div tabIndex={0} role="region" aria-label={`${label}, as a table`}>
          <table className="table">
            <thead>
              <tr>
                <th scope="col">Time</th>
                <th scope="col">What</th>
                <th scope="col" className="num">
                  Price $
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ timestamp, price: value, fill }) => (
                <tr key={fill === null ? timestamp : fill.id} data-current={fill?.id === current}>
                  <th scope="row">{moment(timestamp, zone)}</th>
                  <td>{fill === null ? "mark" : `${whose(fill)} ${sideWord(fill.side)} ${size(fill.size)}`}</td>
                  <td className="num">{price(value)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </details>
  );
}
