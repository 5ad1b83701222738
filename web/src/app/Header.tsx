// Mode, the figures that matter, the connection, and the kill switch: always in sight.
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { usePublic } from "@/api/public";
import { Delta, Money, Time } from "@/components/figures";
import { useNow } from "@/components/states";
import { STALE_AFTER_MS, useLive } from "@/live/store";
import { useZone } from "@/preferences";
import { isSilent, linkSaid } from "./linkWords";
import { useCurrentState, useHeardAt } from "./state";

const MODE_WORDS: Record<string, string> = { simulation: "SIM", live: "LIVE", testnet: "TESTNET" };

export function Header({ onKill }: { onKill: () => void }) {
  const shownToPublic = usePublic();
  return (
    <header className="header">
      <div className="brand-cell">
        <Link to="/" className="brand" aria-label="FadeArena, to the arena">
          FADE<span>AR</span>
          <i>ENA</i>
        </Link>
      </div>
      <Mode />
      <Figures />
      <div className="link-cell">
        <LinkPill />
      </div>
      <div className="kill-cell">{shownToPublic ? <PublicBadge /> : <KillButton onKill={onKill} />}</div>
    </header>
  );
}

function Mode() {
  const mode = useCurrentState((state) => state.mode);
  return (
    <p className="mode" data-testid="mode" title={`The trader runs in mode: ${mode ?? "not known yet"}`}>
      {mode === undefined ? "…" : (MODE_WORDS[mode] ?? mode)}
      <span className="visually-hidden"> mode</span>
    </p>
  );
}

function Figures() {
  const zone = useZone();
  // The public is told whole dollars.
  const digits = usePublic() ? 0 : 2;
  const equity = useCurrentState((state) => state.equity.fadeArena);
  const today = useCurrentState((state) => state.dailyPnL.fadeArena);
  const botsToday = useCurrentState((state) => state.dailyPnL.bots);
  const open = useCurrentState((state) => state.openPositions?.totalNotional ?? null);
  const clock = useCurrentState((state) => state.systemStatus.clockTime);
  const heardAt = useHeardAt();
  const silent = useCurrentState((state) => isSilent(state.systemStatus.heartbeatAge)) ?? false;
  const now = useNow(1000);
  const stale = silent || now - (heardAt ?? Number.POSITIVE_INFINITY) > STALE_AFTER_MS;
  return (
    <dl className={`header-figures ${stale ? "stale" : ""}`}>
      <Figure name="Equity" testid="equity">
        <Money value={equity} digits={digits} />
      </Figure>
      <Figure name="PnL today" testid="pnl-today">
        <Delta value={today} digits={digits} />
      </Figure>
      <Figure name="Bots today" className="hide-narrow">
        <Delta value={botsToday} />
      </Figure>
      {open !== null && (
        <Figure name="Exposure" className="hide-narrow">
          <Money value={open} digits={0} />
        </Figure>
      )}
      <Figure name={`Clock ${zone}`} className="hide-narrow">
        <Time at={clock} as="moment" />
      </Figure>
    </dl>
  );
}

interface FigureProps {
  name: string;
  className?: string;
  testid?: string;
  children: ReactNode;
}

function Figure({ name, className = "", testid, children }: FigureProps) {
  return (
    <div className={`figure ${className}`}>
      <dt>{name}</dt>
      <dd data-testid={testid}>{children}</dd>
    </div>
  );
}

/** Live, or which link of the chain is broken, and for how long. */
function LinkPill() {
  const link = useLive((live) => live.link);
  const trader = useCurrentState((state) => state.systemStatus);
  const heardAt = useHeardAt();
  const now = useNow(1000);
  const heardAgo = heardAt === null ? null : now - heardAt;
  const { look, words, age } = linkSaid({
    link,
    heardAgo,
    stale: heardAgo !== null && heardAgo > STALE_AFTER_MS,
    trader: trader && { connected: trader.hyperliquidConnected, heartbeatAge: trader.heartbeatAge },
  });
  return (
    <span className="link-pill" data-testid="link" data-link={look}>
      <span className="link-dot" aria-hidden="true" />
      <span>
        <span role="status">{words}</span>
        {age !== null && ` ${age}`}
      </span>
    </span>
  );
}

/** Where the public looks on there is nothing to switch, but it may know. */
function PublicBadge() {
  const halted = useCurrentState((state) => state.killSwitch);
  return (
    <span className="badge" data-testid="public">
      {halted ? "Halted" : "Public view"}
    </span>
  );
}

function KillButton({ onKill }: { onKill: () => void }) {
  const active = useCurrentState((state) => state.killSwitch);
  return (
    <button
      type="button"
      className="button button-danger kill"
      data-active={active === true}
      data-testid="kill"
      aria-keyshortcuts="Shift+K"
      onClick={onKill}
    >
      {active === true ? "Halted" : "Kill switch"}
    </button>
  );
}
