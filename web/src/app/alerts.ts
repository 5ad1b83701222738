// Warnings and errors of the system's log become notifications: those that came after this page was opened, once each.
// The log is read every ten seconds; errors are on the live feed too (liveFeed.ts) and come at once.
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useOwn } from "@/api/public";
import { latestEventsQuery } from "@/api/queries";
import { tellLines } from "./logLines";

const POLL_MS = 10_000;
const LIMIT = 50;

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
    if (known !== null) tellLines(events.filter((event) => !known.has(event.id)));
  }, [events]);
}
