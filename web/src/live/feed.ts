// Keeps order in what the socket says: by sequence, each item once, nothing missed without noticing. Pure but for its
// cursor; knows no socket.
//
// The server counts every item of every channel, so a jump in the numbers means that something was missed, unless there
// are channels that we are not told: a public arena tells some to nobody, and then a jump means nothing.
import { COUNTED, type Frame, isComplaint, isItem, type LiveItem } from "./frames";

export type Outcome =
  /** Show it. */
  | { kind: "item"; item: LiveItem }
  /** Read everything afresh: this connection starts without a past, or the past is no longer kept. */
  | { kind: "afresh" }
  /** Items between were lost: connect again from `since`. */
  | { kind: "gap"; since: number }
  | { kind: "state"; frame: Extract<Frame, { type: "state-update" }> }
  | { kind: "bye"; reconnectAfterMs: number }
  | { kind: "alert"; message: string }
  | { kind: "confirmed" }
  /** Seen before, or nothing to show. */
  | { kind: "nothing" };

export class Feed {
  private last: number | null = null;
  private toldAll = true;

  /** The last sequence seen, to subscribe with; null before the first connection. */
  get since(): number | null {
    return this.last;
  }

  take(frame: Frame): Outcome {
    switch (frame.type) {
      case "subscribed":
        this.toldAll = COUNTED.every((channel) => frame.data.channels.includes(channel));
        if (this.last === null) {
          this.last = frame.seq;
          return { kind: "afresh" };
        }
        return { kind: "confirmed" };
      case "resync":
        this.last = frame.seq;
        return { kind: "afresh" };
      case "state-update":
        return { kind: "state", frame };
      case "bye":
        return { kind: "bye", reconnectAfterMs: frame.data.reconnectAfterMs };
      default:
        if (isComplaint(frame)) return { kind: "alert", message: frame.data.message };
        return isItem(frame) ? this.takeItem(frame) : { kind: "nothing" };
    }
  }

  private takeItem(item: LiveItem): Outcome {
    if (this.last !== null && item.seq <= this.last) return { kind: "nothing" };
    if (this.toldAll && this.last !== null && item.seq > this.last + 1) return { kind: "gap", since: this.last };
    this.last = item.seq;
    return { kind: "item", item };
  }
}

export const BACKOFF_MS_MAX = 15_000;

/** How long to wait before the n-th try in a row, between half of it and all of it, so that clients do not return at once. */
export function backoffMs(tries: number, random: () => number = Math.random): number {
  const longest = Math.min(BACKOFF_MS_MAX, 500 * 2 ** Math.min(tries, 5));
  return longest * (0.5 + random() / 2);
}
