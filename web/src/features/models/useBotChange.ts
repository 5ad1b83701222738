// Switches a bot or sets its multiplier, from the version of the settings that is on the screen: what somebody else has
// changed meanwhile is never overwritten unseen. What was done can be taken back.
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError, api, type Schemas, unwrap } from "@/api/client";
import { settingsQuery, TOPIC } from "@/api/queries";
import { notify } from "@/components/notices";
import { multiple } from "@/format/format";

/** A part of a bot's settings; null is the default. */
export type Change = { enabled: boolean } | { leverageMultiplier: number | null };

export interface BotChange {
  busy: boolean;
  /** Resolves to whether it was done; why not is told by a toast. */
  change: (to: Change, back: Change) => Promise<boolean>;
}

interface Bot {
  id: string;
  name: string;
}

export function useBotChange(bot: Bot): BotChange {
  const queryClient = useQueryClient();
  const [busy, setBusy] = useState(false);
  async function change(to: Change, back: Change): Promise<boolean> {
    setBusy(true);
    try {
      await send(queryClient, bot, to);
      notify({
        tone: "good",
        title: sentence(bot, to),
        action: { label: "Undo", run: () => void undo(queryClient, bot, back) },
      });
      return true;
    } catch (fault) {
      tell(bot, fault);
      return false;
    } finally {
      setBusy(false);
    }
  }
  return { busy, change };
}

async function undo(queryClient: QueryClient, bot: Bot, back: Change): Promise<void> {
  try {
    await send(queryClient, bot, back);
    notify({ tone: "info", title: `Taken back: ${sentence(bot, back)}` });
  } catch (fault) {
    tell(bot, fault);
  }
}

async function send(queryClient: QueryClient, bot: Bot, change: Change): Promise<void> {
  const { version } = await queryClient.ensureQueryData(settingsQuery());
  try {
    const now = await unwrap(api.POST("/api/settings", { body: { botConfigs: [{ id: bot.id, ...change }], version } }));
    queryClient.setQueryData<Schemas["SettingsView"]>(settingsQuery().queryKey, now);
  } finally {
    await readAgain(queryClient);
  }
}

/** Everything that a bot's settings show in. */
export async function readAgain(queryClient: QueryClient): Promise<void> {
  const topics = [TOPIC.settings, TOPIC.bots, TOPIC.models];
  await Promise.all(topics.map((topic) => queryClient.invalidateQueries({ queryKey: [topic] })));
}

function tell(bot: Bot, fault: unknown): void {
  if (fault instanceof ApiError && fault.status === 409) {
    notify({
      tone: "warning",
      title: `${bot.name} was left as it is`,
      text: "The settings were changed elsewhere meanwhile. They are read again; look at them and repeat it if you still want it.",
    });
    return;
  }
  const fields = fault instanceof ApiError ? Object.values(fault.fields) : [];
  notify({
    tone: "error",
    title: `${bot.name} was left as it is`,
    text: fields[0] ?? (fault instanceof Error ? fault.message : String(fault)),
  });
}

function sentence(bot: Bot, change: Change): string {
  if ("enabled" in change) return `${bot.name} is ${change.enabled ? "faded again" : "no longer faded further"}`;
  return change.leverageMultiplier === null
    ? `${bot.name} has the default multiplier`
    : `${bot.name} is faded ${multiple(change.leverageMultiplier, 4)}`;
}
