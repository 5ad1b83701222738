// How much of a limit is used: a bar with words, so that it can be read without seeing it.
import { money, percent } from "@/format/format";

interface CapBarProps {
  label: string;
  /** USD. */
  used: number;
  /** USD; null is no limit. */
  cap: number | null;
  /** What the limit is called. */
  noun?: string;
}

export function CapBar({ label, used, cap, noun = "cap" }: CapBarProps) {
  const share = cap === null || cap === 0 ? null : used / cap;
  const tone = share === null ? "none" : share >= 1 ? "over" : share >= 0.8 ? "warn" : "ok";
  return (
    <div className="cap">
      <p className="cap-words">
        <span>{label}</span>
        <span className="num">
          {money(used, 0)} <span className="dim">{cap === null ? `· no ${noun}` : `of ${money(cap, 0)}`}</span>
          {share !== null && ` · ${percent(share, 0)}`}
        </span>
      </p>
      <div className="bar" data-uncapped={share === null} aria-hidden="true">
        {share !== null && (
          <span className="bar-fill" data-tone={tone} style={{ width: `${Math.min(100, share * 100)}%` }} />
        )}
      </div>
    </div>
  );
}
