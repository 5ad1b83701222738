// Everything by name: pages, bots, and what can be done from anywhere.
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Command } from "cmdk";
import { usePublic } from "@/api/public";
import { modelsQuery } from "@/api/queries";
import { Dialog } from "@/components/Dialog";
import { pagesOf } from "@/components/pages";
import { usePreferences } from "@/preferences";
import type { Overlay } from "./Shell";

interface CommandPaletteProps {
  open: boolean;
  onClose: () => void;
  onOverlay: (overlay: Overlay) => void;
}

export function CommandPalette({ open, onClose, onOverlay }: CommandPaletteProps) {
  return (
    <Dialog open={open} onClose={onClose} title="Command palette" bare>
      <Commands onClose={onClose} onOverlay={onOverlay} />
    </Dialog>
  );
}

function Commands({ onClose, onOverlay }: Omit<CommandPaletteProps, "open">) {
  const navigate = useNavigate();
  const shownToPublic = usePublic();
  const bots = useQuery(modelsQuery()).data?.bots ?? [];
  const { set, theme, zone } = usePreferences();
  const then = (act: () => void) => () => {
    onClose();
    act();
  };
  const nextTheme = theme === "dark" ? "light" : theme === "light" ? "contrast" : "dark";
  return (
    <Command label="Commands" loop>
      <Command.Input className="palette-input" placeholder="Go to, or do …" data-autofocus />
      <Command.List className="palette-list">
        <Command.Empty className="menu-heading">Nothing is called that</Command.Empty>
        <Command.Group heading="Pages">
          {pagesOf(shownToPublic).map((page) => (
            <Command.Item
              key={page.to}
              className="menu-item"
              value={`${page.label} ${page.about}`}
              onSelect={then(() => void navigate({ to: page.to }))}
            >
              {page.label} <span className="dim">{page.about}</span>
            </Command.Item>
          ))}
        </Command.Group>
        <Command.Group heading="Bots">
          {bots.map((bot) => (
            <Command.Item
              key={bot.id}
              className="menu-item"
              value={`bot ${bot.name} ${bot.id}`}
              onSelect={then(() => void navigate({ to: "/models/$botId", params: { botId: bot.id } }))}
            >
              {bot.name} {bot.enabled !== null && <span className="dim">{bot.enabled ? "faded" : "watched only"}</span>}
            </Command.Item>
          ))}
        </Command.Group>
        <Command.Group heading="Do">
          {!shownToPublic && (
            <Command.Item className="menu-item" onSelect={() => onOverlay("kill")}>
              Kill switch <kbd>Shift K</kbd>
            </Command.Item>
          )}
          <Command.Item className="menu-item" onSelect={then(() => set({ theme: nextTheme }))}>
            Theme: {nextTheme}
          </Command.Item>
          <Command.Item className="menu-item" onSelect={then(() => set({ zone: zone === "utc" ? "local" : "utc" }))}>
            Times in {zone === "utc" ? "local time" : "UTC"}
          </Command.Item>
          <Command.Item className="menu-item" onSelect={() => onOverlay("keys")}>
            Keys <kbd>?</kbd>
          </Command.Item>
        </Command.Group>
      </Command.List>
    </Command>
  );
}
