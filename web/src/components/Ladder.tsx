// The ladder of checks a decision climbed: each rung says what was seen, what the limit was, whether it passed, and what
// it did to the size. The last rung drawn is where it stopped.
import type { Schemas } from "@/api/client";
import { measured, size, UNKNOWN } from "@/format/format";

interface LadderProps {
  checks: readonly Schemas["RiskCheckView"][];
  /** The asset, as the unit of the sizes. */
  asset: string;
  /** What a check is good for, in a sentence; shown under its name. */
  explain?: (name: string) => string | undefined;
}

export function Ladder({ checks, asset, explain }: LadderProps) {
  if (checks.length === 0) return <p className="dim">No check was needed.</p>;
  return (
    <ol className="ladder">
      {checks.map((check, rung) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a check may run twice; the order is the record
        <li key={rung} className="rung" data-verdict={verdictOf(check)}>
          <span className="rung-mark" aria-hidden="true">
            {{ passed: "✓", shrunk: "↓", refused: "✕" }[verdictOf(check)]}
          </span>
          <span className="rung-name">{check.name.replaceAll(/[-_]/g, " ")}</span>
          <span className="rung-numbers">
            {check.observed !== null && check.observed !== undefined && (
              <span>
                saw <b>{measured(check.observed, check.unit ?? "")}</b>
              </span>
            )}
            <Limit check={check} />
          </span>
          <span className="rung-size">
            {sizeChange(check, asset)}
            <span className="visually-hidden">, {verdictOf(check)}</span>
          </span>
          {explain?.(check.name) !== undefined && <span className="rung-words">{explain(check.name)}</span>}
        </li>
      ))}
    </ol>
  );
}

/** A number has a limit, a switch has the one state in which it lets through. */
function Limit({ check }: { check: Schemas["RiskCheckView"] }) {
  const seen = check.observed !== null && check.observed !== undefined;
  if (check.limit === null || check.limit === undefined) return seen ? <span>no limit</span> : null;
  return (
    <span>
      {check.unit === "flag" ? "must be" : "limit"} <b>{measured(check.limit, check.unit ?? "")}</b>
    </span>
  );
}

/** A check that did not pass left some of the size, or nothing. Exported for its test. */
export function verdictOf(check: Schemas["RiskCheckView"]): "passed" | "shrunk" | "refused" {
  if (check.passed) return "passed";
  const kept = check.sizeAfter !== check.sizeBefore && Number(check.sizeAfter) > 0;
  return kept ? "shrunk" : "refused";
}

function sizeChange(check: Schemas["RiskCheckView"], asset: string): string {
  const written = (text: string | null | undefined) =>
    text === null || text === undefined ? UNKNOWN : size(Number(text));
  if (check.sizeBefore === null || check.sizeBefore === undefined) return check.passed ? "passed" : "did not pass";
  if (check.sizeBefore === check.sizeAfter || check.sizeAfter === null || check.sizeAfter === undefined)
    return "size kept";
  return `${written(check.sizeBefore)} → ${written(check.sizeAfter)} ${asset}`;
}
