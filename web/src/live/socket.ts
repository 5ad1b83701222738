// One WebSocket for the whole page: subscribes with the last sequence it saw, comes back by itself, and hands out what
// comes once a frame of the screen, however fast it comes.
import type { Schemas } from "@/api/client";
import { backoffMs, Feed } from "./feed";
import { CHANNELS, type Frame, type LiveItem } from "./frames";
import { addItems, liveStore } from "./store";

const LOGGED_OUT = 4401;
const REFUSED = 4403;
const SILENCE_MS_MAX = 20_000;

export interface LiveHandlers {
  /** Items that came, oldest first. */
  onItems: (items: readonly LiveItem[]) => void;
  onState: (state: Schemas["State"]) => void;
  /** Whatever is shown has to be read afresh. */
  onAfresh: () => void;
  onAlert: (message: string) => void;
}

/** Connects until the returned function is called. */
export function connect(handlers: LiveHandlers): () => void {
  const feed = new Feed();
  const pending: LiveItem[] = [];
  let socket: WebSocket | null = null;
  let tries = 0;
  let timer: number | undefined;
  let flushing = false;
  let stopped = false;

  function flush(): void {
    flushing = false;
    const items = pending.splice(0);
    addItems(items);
    handlers.onItems(items);
  }

  // Not requestAnimationFrame: a hidden tab has none, and the live region must speak there too.
  function later(item: LiveItem): void {
    pending.push(item);
    if (flushing) return;
    flushing = true;
    window.setTimeout(flush, 50);
  }

  function onFrame(frame: Frame): void {
    liveStore.setState({ heardAt: Date.now(), link: "live" });
    const outcome = feed.take(frame);
    switch (outcome.kind) {
      case "item":
        later(outcome.item);
        break;
      case "state":
        liveStore.setState({ state: outcome.frame.data });
        handlers.onState(outcome.frame.data);
        break;
      case "afresh":
        handlers.onAfresh();
        break;
      case "gap":
        handlers.onAfresh();
        socket?.close();
        break;
      case "bye":
        again(outcome.reconnectAfterMs);
        break;
      case "alert":
        handlers.onAlert(outcome.message);
        break;
      default:
        break;
    }
  }

  function open(): void {
    timer = undefined;
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const mine = new WebSocket(`${scheme}://${location.host}/ws`);
    socket = mine;
    mine.onopen = () => {
      tries = 0;
      mine.send(
        JSON.stringify({
          type: "subscribe",
          channels: CHANNELS,
          ...(feed.since === null ? {} : { since: feed.since }),
        }),
      );
    };
    mine.onmessage = (event: MessageEvent<string>) => onFrame(JSON.parse(event.data) as Frame);
    mine.onclose = (event) => {
      if (socket !== mine) return;
      if (event.code === LOGGED_OUT || event.code === REFUSED) liveStore.setState({ link: "logged-out" });
      again(backoffMs(tries));
    };
  }

  function again(afterMs: number): void {
    const old = socket;
    socket = null;
    old?.close();
    if (stopped || timer !== undefined) return;
    tries += 1;
    if (liveStore.getState().link !== "logged-out") liveStore.setState({ link: "reconnecting" });
    timer = window.setTimeout(open, afterMs);
  }

  // A connection that died without saying so: the state comes every five seconds, silence means that nobody is there.
  const watch = window.setInterval(() => {
    const { heardAt, link } = liveStore.getState();
    if (link === "live" && heardAt !== null && Date.now() - heardAt > SILENCE_MS_MAX) again(0);
  }, 5000);

  function backOnline(): void {
    if (socket !== null || stopped) return;
    window.clearTimeout(timer);
    timer = undefined;
    tries = 0;
    open();
  }

  window.addEventListener("online", backOnline);
  open();
  return () => {
    stopped = true;
    window.clearTimeout(timer);
    window.clearInterval(watch);
    window.removeEventListener("online", backOnline);
    again(0);
  };
}
