// What can be done with a bot beside switching it: behind one button, in a row of the leaderboard or on its page.
import { Popover } from "@/components/Popover";
import type { Model } from "./standing";

export type BotAction = "rename" | "remove";

interface BotMenuProps {
  model: Model;
  onAction: (action: BotAction, model: Model) => void;
}

const WORDS: Record<BotAction, string> = { rename: "Rename …", remove: "Remove …" };

export function BotMenu({ model, onAction }: BotMenuProps) {
  return (
    <Popover trigger="•••" label={`More for ${model.name}`} className="button button-quiet bot-menu">
      {(["rename", "remove"] as const).map((action) => (
        <button
          key={action}
          type="button"
          className={`menu-item ${action === "remove" ? "tone-danger" : ""}`}
          onClick={(event) => {
            event.currentTarget.closest<HTMLElement>("[popover]")?.hidePopover();
            onAction(action, model);
          }}
        >
          {WORDS[action]}
        </button>
      ))}
    </Popover>
  );
}
