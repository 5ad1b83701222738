// Simulation or live. Going live is typed, with the limits that will hold in sight; leaving it is one click.
import { useState } from "react";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { Panel } from "@/components/Panel";
import { CAPS, type SettingsView } from "./definitions";
import type { Draft } from "./useDraft";
import { written } from "./values";

interface ModePanelProps {
  settings: SettingsView;
  draft: Draft;
  /** Whether the server says that live trading is armed on this machine; undefined while not known. */
  armed: boolean | undefined;
  mayWrite: boolean;
  onMode: (mode: SettingsView["mode"]) => Promise<void>;
}

const LIMITS = ["globalExposureCap", "dailyLossLimit", "maxOrderNotional", "maxSlippageBps", "maxOrdersPerMinute"];
const LIMIT_LABELS: Record<string, string> = {
  globalExposureCap: "Global exposure cap",
  dailyLossLimit: "Daily loss limit",
  maxOrderNotional: "Largest order",
  maxSlippageBps: "Price collar",
  maxOrdersPerMinute: "Orders a minute",
};

export function ModePanel({ settings, draft, armed, mayWrite, onMode }: ModePanelProps) {
  const [asking, setAsking] = useState(false);
  const [leaving, setLeaving] = useState<"no" | "busy" | string>("no");
  const live = settings.mode === "live";

  async function leave(): Promise<void> {
    setLeaving("busy");
    try {
      await onMode("simulation");
      setLeaving("no");
    } catch (fault) {
      setLeaving(fault instanceof Error ? fault.message : String(fault));
    }
  }

  return (
    <Panel title={<b>Mode</b>} className="mode-panel">
      <div className="mode-line" data-setting="mode">
        <span className={`badge mode-badge mode-${settings.mode}`}>{settings.mode}</span>
        <p>
          {live
            ? "Orders go to the exchange and move real money."
            : "Orders fill in a simulation; nothing reaches the exchange's order endpoint."}{" "}
          {armed === false && "Live trading is not armed on this machine."}
          {armed === true && "Live trading is armed on this machine."}
        </p>
        {mayWrite &&
          (live ? (
            <button type="button" className="button button-primary" disabled={leaving === "busy"} onClick={leave}>
              Back to simulation
            </button>
          ) : (
            <button type="button" className="button button-danger" onClick={() => setAsking(true)}>
              Go live…
            </button>
          ))}
      </div>
      {leaving !== "no" && leaving !== "busy" && (
        <p className="field-error" role="alert">
          {leaving}
        </p>
      )}
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title="Go live"
        verb="Trade real money"
        danger
        typed="trade live"
        onConfirm={() => onMode("live")}
      >
        {armed === false && (
          <p className="tone-danger">
            This machine is not armed for live trading, so the server will refuse and stay in simulation.
          </p>
        )}
        {draft.touched && (
          <p className="tone-warn">Your unsaved changes are not part of this; these limits will hold:</p>
        )}
        <Limits draft={draft} />
      </ConfirmDialog>
    </Panel>
  );
}

/** The saved ones: what will hold. */
function Limits({ draft }: { draft: Draft }) {
  const caps = Object.keys(draft.flat).filter((path) => path.startsWith(CAPS));
  return (
    <dl className="limits">
      {[...LIMITS, ...caps].map((path) => {
        const value = draft.saved(path);
        return (
          <div key={path}>
            <dt>{LIMIT_LABELS[path] ?? `Cap of ${path.slice(CAPS.length)}`}</dt>
            <dd className={value === null ? "tone-warn" : undefined}>{written(path, value)}</dd>
          </div>
        );
      })}
      {caps.length === 0 && (
        <div>
          <dt>Caps by asset</dt>
          <dd className="tone-warn">none</dd>
        </div>
      )}
    </dl>
  );
}
