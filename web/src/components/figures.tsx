// One figure each: what it is decides how it is written. All take null as "not known".
import type { ReactNode } from "react";
import * as format from "@/format/format";
import { useZone } from "@/preferences";

type Maybe = number | null | undefined;

/** An amount of USD without judgement: a price paid, an equity. */
export function Money({ value, digits = 2 }: { value: Maybe; digits?: number }) {
  return <span className="nowrap">{format.money(value, digits)}</span>;
}

export function Pct({ value, digits = 2 }: { value: Maybe; digits?: number }) {
  return <span className="nowrap">{format.percent(value, digits)}</span>;
}

interface DeltaProps {
  /** USD, a ratio or basis points, by `as`. */
  value: Maybe;
  as?: "money" | "percent" | "bps" | "amount";
  digits?: number;
}

/** A gain or loss: arrow, sign and colour say the same thing three times. */
export function Delta({ value, as = "money", digits }: DeltaProps) {
  return (
    <Toned value={value}>
      {as === "money"
        ? format.money(value, digits ?? 2, true)
        : as === "percent"
          ? format.percent(value, digits ?? 2, true)
          : as === "bps"
            ? format.bps(value, digits ?? 1, true)
            : format.amount(value, digits ?? 2, true)}
    </Toned>
  );
}

function Toned({ value, children }: { value: Maybe; children: ReactNode }) {
  const arrow = format.arrowOf(value);
  return (
    <span className={`nowrap tone-${format.toneOf(value)}`}>
      {arrow !== "" && (
        <span className="arrow" aria-hidden="true">
          {arrow}
        </span>
      )}
      {children}
    </span>
  );
}

export function Bps({ value, digits = 1 }: { value: Maybe; digits?: number }) {
  return <span className="nowrap">{format.bps(value, digits)}</span>;
}

/** A size in base units. */
export function Size({ value, plus = false }: { value: Maybe; plus?: boolean }) {
  return <span className="nowrap">{format.size(value, plus)}</span>;
}

export function Price({ value }: { value: Maybe }) {
  return <span className="nowrap">{format.price(value)}</span>;
}

interface TimeProps {
  /** Milliseconds since the epoch. */
  at: Maybe;
  as?: "moment" | "clock" | "day" | "full";
}

/** A moment in the zone the operator chose; the whole of it as a title. */
export function Time({ at, as = "moment" }: TimeProps) {
  const zone = useZone();
  if (at === null || at === undefined) return <span className="dim">{format.UNKNOWN}</span>;
  const text =
    as === "clock"
      ? format.clock(at, zone)
      : as === "day"
        ? format.day(at, zone)
        : as === "full"
          ? format.dateTime(at, zone)
          : format.moment(at, zone);
  return (
    <time className="nowrap" dateTime={format.isoTime(at)} title={format.dateTime(at, zone)}>
      {text}
    </time>
  );
}

/** How long something took or has lasted, in milliseconds. */
export function Duration({ ms }: { ms: Maybe }) {
  return <span className="nowrap">{format.duration(ms)}</span>;
}

/** LONG or SHORT. */
export function Side({ side }: { side: string }) {
  return <span className={`side-${side}`}>{format.sideWord(side)}</span>;
}
