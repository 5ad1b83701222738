// Toasts, their history, and what the live region says. `notify({tone, title})` from anywhere; the shell shows them.
import { create } from "zustand";

export type NoticeTone = "info" | "good" | "warning" | "error";

export interface Notice {
  id: number;
  at: number;
  tone: NoticeTone;
  title: string;
  text?: string;
  /** A button on the toast: to take back what was done. It goes when it was pressed. */
  action?: { label: string; run: () => void };
  seen: boolean;
  toast: boolean;
}

interface Notices {
  notices: readonly Notice[];
  /** Said by the polite live region: orders and alerts only. */
  spoken: string;
}

const KEPT = 100;
const TOAST_MS = 6000;
const TOAST_MS_LONG = 15_000;
let next = 1;

export const useNotices = create<Notices>()(() => ({ notices: [], spoken: "" }));

/** Shows a toast, keeps it in the history and has it said. Returns its id. */
export function notify(notice: Pick<Notice, "tone" | "title" | "text" | "action">): number {
  const id = next++;
  const whole: Notice = { ...notice, id, at: Date.now(), seen: false, toast: true };
  useNotices.setState((store) => ({
    notices: [whole, ...store.notices].slice(0, KEPT),
    spoken: [notice.title, notice.text].filter(Boolean).join(". "),
  }));
  setTimeout(() => dismiss(id), notice.tone === "error" || notice.action ? TOAST_MS_LONG : TOAST_MS);
  return id;
}

/** Only said, not shown: a new order of ours, for those who cannot see the feed move. */
export function announce(text: string): void {
  useNotices.setState({ spoken: text });
}

export function dismiss(id: number): void {
  useNotices.setState((store) => ({
    notices: store.notices.map((notice) => (notice.id === id ? { ...notice, toast: false } : notice)),
  }));
}

export function markSeen(): void {
  useNotices.setState((store) => ({ notices: store.notices.map((notice) => ({ ...notice, seen: true })) }));
}
