// The ladder of checks a decision climbed: each rung says what was seen, what the limit was, whether it passed, and what
// it did to the size. The last rung drawn is where it stopped.
import type { Schemas } from "@/api/client";
import { measured, size, UNKNOWN } from "@/format/format";

interface LadderProps {
  checks: readonly Schemas["RiskCheckView"][];
  /** The asset, as the unit of the sizes. */
  asset: string;
}

export function Ladder({ checks, asset }: LadderProps) {
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
            {check.limit !== null && check.limit !== undefined && (
              <span>
                limit <b>{measured(check.limit, check.unit ?? "")}</b>
              </span>
            )}
          </span>
          <span className="rung-size">
            {sizeChange(check, asset)}
            <span className="visually-hidden">, {verdictOf(check)}</span>
          </span>
        </li>
      ))}
    </ol>
  );
}

function verdictOf(check: Schemas["RiskCheckView"]): "passed" | "shrunk" | "refused" {
  if (!check.passed) return "refused";
  return check.sizeBefore !== check.sizeAfter ? "shrunk" : "passed";
}

function sizeChange(check: Schemas["RiskCheckView"], asset: string): string {
  const written = (text: string | null | undefined) =>
    text === null || text === undefined ? UNKNOWN : size(Number(text));
  if (check.sizeBefore === check.sizeAfter || check.sizeAfter === null || check.sizeAfter === undefined)
    return "size kept";
  return `${written(check.sizeBefore)} → ${written(check.sizeAfter)} ${asset}`;
}
