// Whether everything lives, how quickly it answers, what is proven, and what was logged.
import { CompletenessPanel } from "./CompletenessPanel";
import { LogPanel } from "./LogPanel";
import { ServerPanel } from "./ServerPanel";
import "./system.css";
import { VitalsPanel } from "./VitalsPanel";

export function SystemPage() {
  return (
    <div className="page">
      <div className="page-head">
        <h1>System</h1>
        <p>Signs of life, what is proven, and what happened.</p>
      </div>
      <VitalsPanel />
      <div className="system-grid">
        <CompletenessPanel />
        <ServerPanel />
      </div>
      <LogPanel />
    </div>
  );
}
