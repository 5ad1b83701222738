// Why we traded against the bot or did not: the latest decisions, and the skipped ones counted by reason.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Time } from "@/components/figures";
import { Panel } from "@/components/Panel";
import { EmptyState, LoadingState } from "@/components/states";
import { count, size } from "@/format/format";
import type { Decision } from "./pairs";
import { countsQuery } from "./queries";
import type { Model } from "./standing";

const SHOWN = 30;

interface ReasonsPanelProps {
  model: Model;
  /** The latest, newest first; null while they are read. */
  decisions: readonly Decision[] | null;
}

export function ReasonsPanel({ model, decisions }: ReasonsPanelProps) {
  return (
    <Panel
      title={<b>Decisions</b>}
      flush
      tools={
        <Link to="/decisions" search={{ botId: model.id }} className="button button-quiet">
          All its decisions
        </Link>
      }
    >
      {decisions === null ? (
        <LoadingState lines={8} />
      ) : decisions.length === 0 ? (
        <EmptyState title="Nothing was decided yet">Every fill of the bot makes one decision.</EmptyState>
      ) : (
        <>
          <Counts model={model} />
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
          {/* biome-ignore lint/a11y/useSemanticElements: a section would want a heading of its own */}
          <div className="reasons" tabIndex={0} role="region" aria-label="Latest decisions, newest first">
            <ol>
              {decisions.slice(0, SHOWN).map((decision) => (
                <Reason key={decision.id} decision={decision} />
              ))}
            </ol>
          </div>
        </>
      )}
    </Panel>
  );
}

/** How many were taken, and the others by reason; each reason leads to those decisions. */
function Counts({ model }: { model: Model }) {
  const counts = useQuery(countsQuery(model.id)).data;
  return (
    <div className="skips" data-testid="decision-counts">
      <dl>
        <div>
          <dt>Taken</dt>
          <dd>{count(counts?.executed)}</dd>
        </div>
        <div>
          <dt>Skipped</dt>
          <dd>{count(counts?.skipped)}</dd>
        </div>
        {counts?.bySkipCode.map((skip) => (
          <div key={skip.code} className="skip-reason">
            <dt>
              <Link to="/decisions" search={{ botId: model.id, code: skip.code }}>
                {skip.sentence}
              </Link>
            </dt>
            <dd>{count(skip.count)}</dd>
          </div>
        ))}
      </dl>
      {counts !== undefined && counts.counted < counts.total && (
        <p>
          Of the latest {count(counts.counted)}, since <Time at={counts.countedSince} as="full" />.
        </p>
      )}
    </div>
  );
}

function Reason({ decision }: { decision: Decision }) {
  const taken = decision.decision === "execute";
  return (
    <li className="reason" data-id={decision.id}>
      <Time at={decision.timestamp} />
      <span className={taken ? "tone-gain" : "dim"}>{taken ? "TAKEN" : "SKIPPED"}</span>
      <span>
        {decision.asset}
        {taken && decision.orderSize !== null && <> {size(decision.orderSize, true)}</>}{" "}
        <Link
          to="/decisions/$decisionId"
          params={{ decisionId: decision.id }}
          aria-label={`Why: ${decision.asset}, ${sentenceOf(decision)}`}
        >
          {sentenceOf(decision)}
        </Link>
      </span>
    </li>
  );
}

const sentenceOf = (decision: Decision): string =>
  (decision.skipReason ?? decision.reason)?.sentence ?? "without a reason on record";
