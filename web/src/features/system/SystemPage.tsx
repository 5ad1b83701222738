// Whether everything lives, how quickly it answers, what is proven, and what was logged.
import { ActivityPanel } from "./ActivityPanel";
import { CompletenessPanel } from "./CompletenessPanel";
import { HealthPanel } from "./HealthPanel";
import { LogPanel } from "./LogPanel";
import { ServerPanel } from "./ServerPanel";
import "./system.css";

export function SystemPage() {
  return (
    <div className="page">
      <div className="page-head">
        <h1>System</h1>
        <p>Signs of life, what is proven, and what happened.</p>
      </div>
      <HealthPanel />
      <ActivityPanel />
      <div className="system-grid">
        <CompletenessPanel />
        <ServerPanel />
      </div>
      <LogPanel />
    </div>
  );
}
