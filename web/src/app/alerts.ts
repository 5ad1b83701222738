// Warnings and errors of the system's log become notifications: those that came after this page was opened, once each.
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useOwn } from "@/api/public";
import { latestEventsQuery } from "@/api/queries";
import { notify } from "@/components/notices";

const POLL_MS = 10_000;
const LIMIT = 50;
const AT_ONCE_MAX = 3;

export function useAlerts(): void {
  const mayRead = useOwn();
  const events = useQuery({
    ...latestEventsQuery({ limit: LIMIT }),
    refetchInterval: POLL_MS,
    enabled: mayRead,
  }).data?.events;
  const seen = useRef<Set<string> | null>(null);
  useEffect(() => {
    if (!events) return;
    const known = seen.current;
    seen.current = new Set(events.map((event) => event.id));
    if (known === null) return;
    const fresh = events.filter((event) => event.level !== "info" && !known.has(event.id));
    for (const event of fresh.slice(0, AT_ONCE_MAX).toReversed()) {
      notify({ tone: event.level === "error" ? "error" : "warning", title: event.category, text: event.message });
    }
    if (fresh.length > AT_ONCE_MAX) {
      notify({
        tone: "warning",
        title: `${fresh.length - AT_ONCE_MAX} more alerts`,
        text: "The System page has the log.",
      });
    }
  }, [events]);
}
