// From when to when: two fields in the operator's zone, and short cuts that reckon back from the system's own clock, so
// that an address always says plain moments and shows the same to everybody.
import { useEffect, useState } from "react";
import { timeOfWritten, writtenTime, zoneName } from "@/format/format";
import { useZone } from "@/preferences";
import { Field } from "./fields";

interface TimeRangeFilterProps {
  /** Milliseconds since the epoch, both inclusive. */
  from: number | undefined;
  to: number | undefined;
  /** The system's own clock; without it there are no short cuts. */
  now: number | null;
  onChange: (range: { from: number | undefined; to: number | undefined }) => void;
}

const HOUR_MS = 3_600_000;
const BACK = [
  { label: "1h", ms: HOUR_MS },
  { label: "24h", ms: 24 * HOUR_MS },
  { label: "7d", ms: 7 * 24 * HOUR_MS },
] as const;

export function TimeRangeFilter({ from, to, now, onChange }: TimeRangeFilterProps) {
  const zone = useZone();
  const fault = from !== undefined && to !== undefined && from > to ? "Ends before it begins." : undefined;
  return (
    <div className="time-range">
      <TimeField label={`From (${zoneName(zone)})`} at={from} onChange={(at) => onChange({ from: at, to })} />
      <TimeField label={`To (${zoneName(zone)})`} at={to} fault={fault} onChange={(at) => onChange({ from, to: at })} />
      {now !== null && (
        <fieldset className="segments">
          <legend className="visually-hidden">Back from now</legend>
          {BACK.map(({ label, ms }) => (
            <button
              key={label}
              type="button"
              className="segment"
              onClick={() => onChange({ from: Math.max(0, now - ms), to: undefined })}
            >
              <span className="visually-hidden">last </span>
              {label}
            </button>
          ))}
        </fieldset>
      )}
    </div>
  );
}

interface TimeFieldProps {
  label: string;
  at: number | undefined;
  fault?: string | undefined;
  onChange: (at: number | undefined) => void;
}

/** Takes effect when left or on Enter. Written out rather than picked: the same in every browser, and what a table says can be pasted. */
function TimeField({ label, at, fault, onChange }: TimeFieldProps) {
  const zone = useZone();
  const shown = writtenTime(at, zone);
  const [text, setText] = useState(shown);
  useEffect(() => setText(shown), [shown]);
  const typed = timeOfWritten(text, zone);
  const unread = text.trim() !== "" && typed === undefined;

  function take(): void {
    if (text !== shown && !unread) onChange(typed);
  }

  return (
    <Field label={label} fault={unread ? "Write it as 2025-10-26 04:15." : fault}>
      {(field) => (
        <input
          {...field}
          className="input"
          value={text}
          placeholder="2025-10-26 04:15"
          maxLength={32}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setText(event.target.value)}
          onBlur={take}
          onKeyDown={(event) => {
            if (event.key === "Enter") take();
          }}
        />
      )}
    </Field>
  );
}
