// One decision, opened up: what the bot did, what we wanted, every check that stood in the way, under which settings and
// from which numbers, and what came of it.
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useBotNames } from "@/api/bots";
import { ApiError } from "@/api/client";
import { idOf } from "@/api/filters";
import { decisionQuery } from "@/api/queries";
import { EmptyState, ErrorState, LoadingState } from "@/components/states";
import { DecisionDetail } from "./DecisionDetail";
import "./decisions.css";

export function DecisionPage() {
  const { decisionId } = useParams({ from: "/decisions/$decisionId" });
  const id = idOf(decisionId);
  if (id === undefined) return <Unknown title="This is no decision's id" id={decisionId} />;
  return <Known key={id} id={id} />;
}

function Known({ id }: { id: string }) {
  const decision = useQuery(decisionQuery(id));
  const names = useBotNames();
  if (decision.data === undefined) {
    if (decision.error instanceof ApiError && decision.error.status === 404)
      return <Unknown title="There is no such decision" id={id} />;
    return (
      <Frame>
        {decision.error !== null ? (
          <ErrorState error={decision.error} onRetry={() => void decision.refetch()} />
        ) : (
          <LoadingState lines={12} />
        )}
      </Frame>
    );
  }
  const { data } = decision;
  return <DecisionDetail decision={data} botName={names?.get(data.botId) ?? data.botId} />;
}

function Unknown({ title, id }: { title: string; id: string }) {
  return (
    <Frame>
      <EmptyState title={title}>
        <p>
          Nothing is recorded under <code>{id.slice(0, 80)}</code>. The address may be cut short, or come from another
          FadeArena.
        </p>
        <Link to="/decisions" className="button">
          To all decisions
        </Link>
      </EmptyState>
    </Frame>
  );
}

/** The page while there is nothing to open. */
function Frame({ children }: { children: ReactNode }) {
  return (
    <div className="page">
      <div className="page-head">
        <h1>Decision</h1>
      </div>
      <div className="panel">{children}</div>
    </div>
  );
}
