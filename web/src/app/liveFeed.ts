// Joins the live feed to the rest: what came makes the queries about it old, orders are announced, nothing is asked
// more often than once a second however fast things happen.
import type { QueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { stateQuery, TOPIC } from "@/api/queries";
import { useSession } from "@/api/session";
import { announce, notify } from "@/components/notices";
import { money, sideWord, size } from "@/format/format";
import type { LiveItem } from "@/live/frames";
import { connect } from "@/live/socket";
import { usePreferences } from "@/preferences";
import { tellLines } from "./logLines";
import { beep } from "./sound";
import { throttled } from "./throttled";

const REFRESH_MS = 1000;

export function useLiveFeed(queryClient: QueryClient): void {
  const status = useSession((session) => session.status);
  useEffect(() => {
    if (status === "starting") return;
    const refresh = throttled((topics) => {
      for (const topic of topics) void queryClient.invalidateQueries({ queryKey: [topic] });
    }, REFRESH_MS);
    return connect({
      onItems(items) {
        refresh(items.flatMap(topicsOf));
        speak(items);
        tellLines(items.flatMap((item) => (item.type === "error" ? [item.data] : [])).toReversed());
      },
      onState(state) {
        queryClient.setQueryData(stateQuery().queryKey, state);
      },
      onAfresh() {
        void queryClient.invalidateQueries();
      },
      onAlert(message) {
        notify({ tone: "warning", title: "The live feed objects", text: message });
      },
    });
  }, [queryClient, status]);
}

function topicsOf(item: LiveItem): string[] {
  switch (item.type) {
    case "bot-trade":
    case "my-trade":
      return [TOPIC.models, TOPIC.trades];
    case "decision":
      return [TOPIC.decisions];
    case "error":
      return [TOPIC.events];
    case "settings-update":
      return [TOPIC.settings, TOPIC.bots, TOPIC.models, TOPIC.state, TOPIC.events];
  }
}

/** Says our orders, one sentence however many came at once. */
function speak(items: readonly LiveItem[]): void {
  const orders = items.filter((item) => item.type === "my-trade");
  const last = orders.at(-1)?.data;
  if (last === undefined) return;
  const { asset, side, notional } = last;
  announce(
    orders.length === 1
      ? `Our order: ${sideWord(side)} ${size(last.size)} ${asset}, ${money(notional, 0)}`
      : `${orders.length} orders of ours, the last ${sideWord(side)} ${asset}`,
  );
  if (usePreferences.getState().sound) beep();
}
