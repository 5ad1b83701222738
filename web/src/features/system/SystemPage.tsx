// Whether everything lives, how quickly it answers, what is proven, and what was logged.
import { useQuery } from "@tanstack/react-query";
import { stateQuery } from "@/api/queries";
import { EmptyState } from "@/components/states";
import { ActivityPanel } from "./ActivityPanel";
import { CompletenessPanel } from "./CompletenessPanel";
import { HealthPanel } from "./HealthPanel";
import { LatencyPanel } from "./LatencyPanel";
import { LogPanel } from "./LogPanel";
import { ServerPanel } from "./ServerPanel";
import { VersionsPanel } from "./VersionsPanel";
import { FeedsPanel, JobsPanel } from "./WorkPanels";
import "./system.css";

export function SystemPage() {
  const state = useQuery(stateQuery());
  // Nobody knows before the first answer whether this is shown to the public, to whom the rest would be refused.
  const shown = state.data === undefined ? state.error !== null : !state.data.public;
  return (
    <div className="page">
      <div className="page-head">
        <h1>System</h1>
        <p>Signs of life, what is proven, and what happened.</p>
      </div>
      <HealthPanel />
      <ActivityPanel />
      {state.data?.public && (
        <EmptyState title="The rest is not shown in public">
          Latency, completeness and the log are shown to the operator only.
        </EmptyState>
      )}
      {shown && (
        <>
          <LatencyPanel />
          <div className="system-grid">
            <div className="system-column">
              <CompletenessPanel />
              <ServerPanel />
            </div>
            <div className="system-column">
              <FeedsPanel />
              <JobsPanel />
              <VersionsPanel />
            </div>
          </div>
          <LogPanel />
        </>
      )}
    </div>
  );
}
