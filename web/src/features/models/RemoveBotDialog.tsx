// Asks before a bot is watched no longer: typed, for what we hold against it is closed.
import { useQueryClient } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { Money, Side, Size } from "@/components/figures";
import { notify } from "@/components/notices";
import { gross, type Model } from "./standing";
import { readAgain } from "./useBotChange";

interface RemoveBotDialogProps {
  /** Null: closed. */
  model: Model | null;
  onClose: () => void;
  onRemoved?: () => void;
}

export function RemoveBotDialog({ model, onClose, onRemoved }: RemoveBotDialogProps) {
  const queryClient = useQueryClient();
  async function remove(bot: Model): Promise<void> {
    await unwrap(api.DELETE("/api/bots/{identity}", { params: { path: { identity: bot.id } } }));
    await readAgain(queryClient);
    notify({ tone: "good", title: `${bot.name} is watched no longer`, text: "Its history stays in the database." });
    onRemoved?.();
  }
  return (
    <ConfirmDialog
      open={model !== null}
      onClose={onClose}
      title={`Remove ${model?.name ?? ""}`}
      verb="Remove it"
      danger
      typed={model?.id ?? ""}
      onConfirm={async () => {
        if (model !== null) await remove(model);
      }}
    >
      {model !== null && <Consequences model={model} />}
    </ConfirmDialog>
  );
}

function Consequences({ model }: { model: Model }) {
  const held = model.myMirroredPositions;
  return (
    <>
      <p>
        FadeArena stops watching it. What is recorded about it stays. To pause it only, switch it off: then nothing is
        added, and what is held still follows it out.
      </p>
      {held.length === 0 ? (
        <p>Nothing is held against it.</p>
      ) : (
        <>
          <p>
            <b>What we hold against it is closed</b>, unless the kill switch is on and holds: {held.length}{" "}
            {held.length === 1 ? "position" : "positions"}, <Money value={gross(held)} digits={0} />.
          </p>
          <ul className="remove-held">
            {held.map((position) => (
              <li key={position.asset}>
                <Side side={position.side} /> <Size value={position.size} /> {position.asset}
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}
