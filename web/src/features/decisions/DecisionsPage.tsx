// Every decision: why we traded, or why not. The filter is the address.
import { useNavigate, useSearch } from "@tanstack/react-router";
import { ExportMenu } from "@/components/ExportMenu";
import { Panel } from "@/components/Panel";
import { useMedia } from "@/components/useMedia";
import { count } from "@/format/format";
import { DecisionsFilters } from "./DecisionsFilters";
import { DecisionsTable } from "./DecisionsTable";
import { Reasons } from "./Reasons";
import { type DecisionsSearch, isFiltered, isImpossible } from "./search";
import "./decisions.css";
import { type Decision, everyDecision, useDecisions } from "./useDecisions";

export function DecisionsPage() {
  const search = useSearch({ from: "/decisions" });
  const navigate = useNavigate();
  const decisions = useDecisions(search);
  const narrow = useMedia("(max-width: 64rem)");
  const change = (part: Partial<DecisionsSearch>) =>
    void navigate({ to: "/decisions", search: (before) => ({ ...before, ...part }), replace: true });
  const clear = () => void navigate({ to: "/decisions", search: {}, replace: true });
  return (
    <div className="page">
      <div className="page-head">
        <h1>Decisions</h1>
        <p>Every event of a bot ends in one: a trade of ours, or a reason for none.</p>
      </div>
      <div className="decisions-grid">
        <Panel
          title={
            decisions.data === undefined || decisions.isBefore || isImpossible(search) ? (
              <b>Decisions</b>
            ) : (
              <>
                <b>{decisions.totalIsEstimate ? `about ${count(decisions.total)}` : count(decisions.total)}</b>{" "}
                {decisions.total === 1 ? "decision" : "decisions"}
                {isFiltered(search) && ", filtered"}
              </>
            )
          }
          flush
          tools={<ExportMenu<Decision> name={exportName(search)} pages={() => everyDecision(search)} />}
        >
          <DecisionsFilters search={search} onChange={change} onClear={isFiltered(search) ? clear : undefined} />
          <DecisionsTable search={search} decisions={decisions} />
        </Panel>
        {narrow ? (
          <details className="raw decisions-reasons">
            <summary>What came of them</summary>
            <div className="raw-body">
              <Reasons search={search} onChange={change} />
            </div>
          </details>
        ) : (
          <Panel title={<b>What came of them</b>} className="decisions-reasons">
            <Reasons search={search} onChange={change} />
          </Panel>
        )}
      </div>
    </div>
  );
}

/** "decisions-kill_switch-gpt-5-BTC": says what is inside. */
function exportName({ outcome, code, botId, asset }: DecisionsSearch): string {
  return ["decisions", code ?? outcome, botId, asset?.replaceAll(/[^A-Za-z0-9.-]/g, "_")]
    .filter((part) => part !== undefined)
    .join("-");
}
