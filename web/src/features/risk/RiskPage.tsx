// What is at stake, against every limit that is set: today's loss, exposure by asset and by bot, and what could be added.
import "./risk.css";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useMemo } from "react";
import type { Schemas } from "@/api/client";
import { completenessQuery, modelsQuery, settingsQuery, stateQuery } from "@/api/queries";
import { Delta, Money } from "@/components/figures";
import { Answer, EmptyState } from "@/components/states";
import { count, multiple } from "@/format/format";
import { AccountPanel } from "./AccountPanel";
import { AssetsPanel } from "./AssetsPanel";
import { BotsPanel } from "./BotsPanel";
import { blockOf, byAsset } from "./exposure";
import { LimitsPanel } from "./LimitsPanel";

const REFRESH_MS = 5000;

export function RiskPage() {
  const state = useQuery({ ...stateQuery(), refetchInterval: 3 * REFRESH_MS });
  return (
    <div className="page risk">
      <div className="page-head">
        <h1>Risk</h1>
        <p>What is held, what limits it, what could still be added.</p>
      </div>
      <Answer query={state} staleAfterMs={6 * REFRESH_MS} loadingLines={4}>
        {(now) =>
          now.openPositions === null ? (
            <EmptyState title="Not shown in public">
              What is held and what limits it is shown to the operator only.
            </EmptyState>
          ) : (
            <Private state={now} open={now.openPositions} />
          )
        }
      </Answer>
    </div>
  );
}

/** What only the operator may see is asked for only here. */
function Private({ state, open }: Pick<RiskProps, "state" | "open">) {
  const settings = useQuery(settingsQuery());
  const models = useQuery(modelsQuery());
  const wallets = useQuery(completenessQuery()).data?.wallets;
  return (
    <Answer query={settings} loadingLines={6}>
      {(limits) => (
        <Answer query={models} staleAfterMs={9 * REFRESH_MS} loadingLines={6}>
          {({ bots }) => <Risk state={state} open={open} settings={limits} models={bots} wallets={wallets} />}
        </Answer>
      )}
    </Answer>
  );
}

interface RiskProps {
  state: Schemas["State"];
  open: Schemas["OpenPositions"];
  settings: Schemas["SettingsView"];
  models: readonly Schemas["Model"][];
  wallets: readonly Schemas["WalletCompleteness"][] | undefined;
}

function Risk({ state, open, settings, models, wallets }: RiskProps) {
  const assets = useMemo(() => byAsset(models, settings.assetExposureCaps), [models, settings.assetExposureCaps]);
  const limits = useMemo(
    () => ({
      globalCap: settings.globalExposureCap ?? null,
      orderLimit: settings.maxOrderNotional ?? null,
      exposure: open.netNotional,
    }),
    [settings.globalExposureCap, settings.maxOrderNotional, open.netNotional],
  );
  const block = blockOf(state, settings);
  return (
    <div className="risk-panels">
      <Tiles state={state} open={open} settings={settings} />
      <div className="risk-columns">
        <LimitsPanel state={state} open={open} settings={settings} assets={assets} block={block} />
        <div className="risk-panels">
          <AccountPanel state={state} open={open} />
          <AssetsPanel assets={assets} limits={limits} equity={state.equity.fadeArena} blocked={block !== null} />
        </div>
      </div>
      <BotsPanel models={models} wallets={wallets} unwatched={state.risk?.unwatched} blocked={block !== null} />
    </div>
  );
}

function Tiles({ state, open, settings }: Omit<RiskProps, "models" | "wallets">) {
  const { count: positions, totalNotional, netNotional } = open;
  const equity = state.equity.fadeArena;
  const limit = settings.dailyLossLimit ?? null;
  const left = limit === null ? null : limit + Math.min(0, state.dailyPnL.fadeArena);
  return (
    <dl className="tiles risk-tiles">
      <Tile name="Our equity" under="as last recorded">
        <Money value={equity} />
      </Tile>
      <Tile name="Our PnL today" under={left === null ? "no daily loss limit" : <LossLeft usd={left} />}>
        <Delta value={state.dailyPnL.fadeArena} />
      </Tile>
      <Tile name="Gross" under={`${count(positions)} ${positions === 1 ? "position" : "positions"}, by bot and asset`}>
        <Money value={totalNotional} digits={0} />
      </Tile>
      <Tile name="Net" under="the bots of an asset set off">
        <Money value={netNotional} digits={0} />
      </Tile>
      <Tile name="Leverage" under="gross of equity">
        {multiple(equity > 0 ? totalNotional / equity : null)}
      </Tile>
      <Tile name="Orders, last minute" under={`of ${count(settings.maxOrdersPerMinute)}, by its own clock`}>
        {count(state.risk?.ordersLastMinute)}
      </Tile>
    </dl>
  );
}

function LossLeft({ usd }: { usd: number }) {
  return usd <= 0 ? (
    "the daily loss limit is reached"
  ) : (
    <>
      <Money value={usd} digits={0} /> to the daily loss limit
    </>
  );
}

function Tile({ name, under, children }: { name: string; under: ReactNode; children: ReactNode }) {
  return (
    <div className="tile">
      <dt>{name}</dt>
      <dd>
        {children}
        <small>{under}</small>
      </dd>
    </div>
  );
}
