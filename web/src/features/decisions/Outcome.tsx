// Whether we traded: a word, a sign and a colour.
import type { Decision } from "./useDecisions";

export function Outcome({ decision }: { decision: Pick<Decision, "decision"> }) {
  const traded = decision.decision === "execute";
  return (
    <span className={`badge ${traded ? "tone-gain" : "tone-warn"}`}>
      <span aria-hidden="true">{traded ? "✓" : "✕"}</span>
      {traded ? "Traded" : "Skipped"}
    </span>
  );
}
