// Every limit that is set and how much of it is used; where none is set, that is said as plainly.
import { Link } from "@tanstack/react-router";
import type { Schemas } from "@/api/client";
import { CapBar } from "@/components/CapBar";
import { Panel } from "@/components/Panel";
import { count, money } from "@/format/format";
import type { AssetExposure } from "./exposure";

interface LimitsPanelProps {
  state: Schemas["State"];
  open: Schemas["OpenPositions"];
  settings: Schemas["SettingsView"];
  assets: readonly AssetExposure[];
  /** Why nothing can be added, null where it can. */
  block: string | null;
}

export function LimitsPanel({ state, open, settings, assets, block }: LimitsPanelProps) {
  const loss = Math.max(0, -state.dailyPnL.fadeArena);
  return (
    <Panel
      title={
        <>
          <b>Limits</b> and what is used of them
        </>
      }
      tools={
        <Link to="/settings" className="button button-quiet">
          Change them
        </Link>
      }
    >
      {block !== null && (
        <p className="risk-block" role="status">
          <b>Nothing can be added now.</b> {block}
        </p>
      )}
      <h3 className="risk-heading">All assets</h3>
      <CapBar
        label="Exposure, the bots of an asset set off"
        used={open.netNotional}
        cap={settings.globalExposureCap ?? null}
      />
      <CapBar label="Loss today" used={loss} cap={settings.dailyLossLimit ?? null} noun="limit" />
      <h3 className="risk-heading">By asset</h3>
      {assets.length === 0 ? (
        <p className="dim">Nothing is held, and no asset has a cap of its own.</p>
      ) : (
        assets.map((row) => <CapBar key={row.asset} label={row.asset} used={Math.abs(row.net)} cap={row.cap} />)
      )}
      <p className="risk-words">{words(settings)}</p>
    </Panel>
  );
}

function words(settings: Schemas["SettingsView"]): string {
  const order = settings.maxOrderNotional ?? null;
  return [
    order === null ? "A single order has no limit of its own." : `A single order is at most ${money(order, 0)}.`,
    settings.capPolicy === "clamp"
      ? "An order that does not fit whole is shrunk to what fits."
      : "An order that does not fit whole is skipped.",
    `At most ${count(settings.maxOrdersPerMinute)} orders a minute add risk.`,
    "A bot has no cap of its own; its multiplier scales it.",
  ].join(" ");
}
