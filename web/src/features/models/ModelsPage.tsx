// The leaderboard: which machine earns, which one loses, what fading each of them brought; and who is watched at all.
import "./models.css";
import { useQuery } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { usePublic } from "@/api/public";
import { modelsQuery } from "@/api/queries";
import { useMayWrite } from "@/api/session";
import { Panel } from "@/components/Panel";
import { Answer } from "@/components/states";
import { AddBotDialog } from "./AddBotDialog";
import type { BotAction } from "./BotMenu";
import { Leaderboard } from "./Leaderboard";
import { RemoveBotDialog } from "./RemoveBotDialog";
import { RenameBotDialog } from "./RenameBotDialog";
import type { Model } from "./standing";

const REFRESH_MS = 15_000;

export function ModelsPage() {
  const models = useQuery(modelsQuery());
  const mayWrite = useMayWrite();
  const shownToPublic = usePublic();
  const [adding, setAdding] = useState(false);
  const [asked, setAsked] = useState<{ action: BotAction; model: Model } | null>(null);
  const ask = useCallback((action: BotAction, model: Model) => setAsked({ action, model }), []);
  const close = () => setAsked(null);
  return (
    <div className="page models">
      <div className="page-head">
        <h1>Models</h1>
        <p>{words(models.data?.bots)}</p>
        {mayWrite && (
          <button type="button" className="button button-primary page-head-end" onClick={() => setAdding(true)}>
            Add a bot
          </button>
        )}
      </div>
      <Panel title={<b>Leaderboard</b>} flush>
        <Answer query={models} staleAfterMs={3 * REFRESH_MS} loadingLines={8}>
          {(data) => <Leaderboard models={data.bots} onAction={ask} />}
        </Answer>
        <p className="models-words">
          <span>
            Net is the bot's equity less what it began with: trades, fees and funding. Max DD is its deepest fall below
            its highest equity, Hold the median time of its positions.{" "}
            {!shownToPublic &&
              "Fading it is our profit against it, realised and open, with funding and after fees; Today is what our trades realised since midnight UTC, before fees. "}
            Slip is by how much our price was worse than its own, the median.
          </span>
        </p>
      </Panel>
      <AddBotDialog open={adding} onClose={() => setAdding(false)} />
      <RenameBotDialog model={asked?.action === "rename" ? asked.model : null} onClose={close} />
      <RemoveBotDialog model={asked?.action === "remove" ? asked.model : null} onClose={close} />
    </div>
  );
}

function words(models: readonly Model[] | undefined): string {
  if (models === undefined) return "";
  if (models.some((model) => model.enabled === null)) return `${models.length} watched`;
  return `${models.length} watched, ${models.filter((model) => model.enabled).length} faded`;
}
