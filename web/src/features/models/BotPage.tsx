// One bot: what it does, what we make of it, why, and how well its history is known.
import "./models.css";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useOwn } from "@/api/public";
import { latestDecisionsQuery, latestTradesQuery, modelsQuery } from "@/api/queries";
import { useMayWrite } from "@/api/session";
import { BotChip } from "@/components/BotChip";
import { Answer, EmptyState, Stale } from "@/components/states";
import { shortHash } from "@/format/format";
import { EnabledSwitch, MultiplierField } from "./BotControls";
import { BotEquity } from "./BotEquity";
import { type BotAction, BotMenu } from "./BotMenu";
import { Duel } from "./Duel";
import { FillsPanel } from "./FillsPanel";
import { HeldPanel } from "./HeldPanel";
import { HistoryPanel } from "./HistoryPanel";
import { PairsPanel } from "./PairsPanel";
import { pairsOf, type Trade } from "./pairs";
import { PAGE_MAX } from "./queries";
import { ReasonsPanel } from "./ReasonsPanel";
import { RemoveBotDialog } from "./RemoveBotDialog";
import { RenameBotDialog } from "./RenameBotDialog";
import type { Model } from "./standing";

const REFRESH_MS = 15_000;
const NONE: readonly Trade[] = [];

export function BotPage() {
  const { botId } = useParams({ from: "/models/$botId" });
  const models = useQuery(modelsQuery());
  const known = models.data?.bots.some((bot) => bot.id === botId);
  return (
    <div className="page bot-page">
      {!known && (
        <div className="page-head">
          <h1>Bot</h1>
        </div>
      )}
      <Answer query={models} loadingLines={12}>
        {({ bots }) => {
          const model = bots.find((bot) => bot.id === botId);
          return model ? (
            <Stale at={models.dataUpdatedAt} afterMs={3 * REFRESH_MS}>
              <Bot key={model.id} model={model} />
            </Stale>
          ) : (
            <Unknown botId={botId} />
          );
        }}
      </Answer>
    </div>
  );
}

function Unknown({ botId }: { botId: string }) {
  return (
    <EmptyState title="No such bot is watched">
      <p>
        Nothing is watched under the id “{botId.slice(0, 64)}”. It may have been removed; what was recorded of it stays.
      </p>
      <Link to="/models" className="button">
        All bots
      </Link>
    </EmptyState>
  );
}

function Bot({ model }: { model: Model }) {
  const own = useOwn();
  const theirs = useQuery(latestTradesQuery({ botId: model.id, type: "bot", limit: PAGE_MAX })).data;
  const ours = useQuery({
    ...latestTradesQuery({ botId: model.id, type: "mine", limit: PAGE_MAX }),
    enabled: own,
  }).data;
  const decisions = useQuery(latestDecisionsQuery({ botId: model.id, limit: PAGE_MAX })).data;
  const pairs = useMemo(
    () => (theirs && ours && decisions ? pairsOf(theirs.trades, ours.trades, decisions.decisions) : null),
    [theirs, ours, decisions],
  );
  return (
    <div className="bot-panels">
      <Head model={model} />
      <div className="bot-top">
        <BotEquity model={model} orders={ours?.trades ?? NONE} own={own} />
        <Duel model={model} />
      </div>
      {own && <HeldPanel model={model} />}
      <div className="bot-top">
        {own ? <PairsPanel model={model} pairs={pairs} /> : <FillsPanel model={model} fills={theirs?.trades} />}
        <ReasonsPanel model={model} decisions={decisions?.decisions ?? null} />
      </div>
      {own && <HistoryPanel model={model} />}
    </div>
  );
}

function Head({ model }: { model: Model }) {
  const own = useOwn();
  const mayWrite = useMayWrite();
  const navigate = useNavigate();
  const [asked, setAsked] = useState<BotAction | null>(null);
  const close = () => setAsked(null);
  return (
    <>
      <div className="page-head">
        <h1>
          <BotChip id={model.id} name={model.name} />
        </h1>
        <p>
          {model.id} · <span title={model.walletAddress}>{shortHash(model.walletAddress)}</span>
        </p>
        {own && (
          <div className="bot-head-controls page-head-end">
            <span className="caps dim" aria-hidden="true">
              Fade it
            </span>
            <EnabledSwitch model={model} />
            <MultiplierField model={model} />
            {mayWrite && <BotMenu model={model} onAction={setAsked} />}
          </div>
        )}
      </div>
      <RenameBotDialog model={asked === "rename" ? model : null} onClose={close} />
      <RemoveBotDialog
        model={asked === "remove" ? model : null}
        onClose={close}
        onRemoved={() => void navigate({ to: "/models" })}
      />
    </>
  );
}
