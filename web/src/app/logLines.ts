// Tells lines of the system's log as notifications, each once, whichever way it came: read, or on the live feed.
import type { Schemas } from "@/api/client";
import { notify } from "@/components/notices";

export type LogLine = Pick<Schemas["SystemEventView"], "id" | "level" | "category" | "message">;

const AT_ONCE_MAX = 3;
const REMEMBERED = 500;
/** Ids of what was told, the oldest first. */
const told = new Set<string>();

/** Tells what is worth an alert and was not told before; newest first in, and of many at once only the newest. */
export function tellLines(lines: readonly LogLine[]): void {
  const fresh = lines.filter((line) => line.level !== "info" && !told.has(line.id));
  for (const { id } of fresh) told.add(id);
  for (const id of [...told].slice(0, -REMEMBERED)) told.delete(id);
  for (const line of fresh.slice(0, AT_ONCE_MAX).toReversed()) {
    notify({ tone: line.level === "error" ? "error" : "warning", title: line.category, text: line.message });
  }
  if (fresh.length > AT_ONCE_MAX) {
    notify({
      tone: "warning",
      title: `${fresh.length - AT_ONCE_MAX} more alerts`,
      text: "The System page has the log.",
    });
  }
}
