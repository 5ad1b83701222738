// The live feed: tells what comes, comes back by itself, and asks for what it missed.
const CHANNELS = ["bot-trade", "my-trade", "decision", "state-update", "settings-update", "error"];

// What has a number of its own. An error with a code answers something that was said here, and borrows its number.
const isCounted = ({ type, data }) => type !== "state-update" && !(type === "error" && "code" in data);

export function listen({ onItem, onLink, onResync }) {
  let last = null;
  let tries = 0;

  function open() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/ws`);
    socket.onopen = () => {
      tries = 0;
      socket.send(JSON.stringify({ type: "subscribe", channels: CHANNELS, ...(last === null ? {} : { since: last }) }));
    };
    socket.onmessage = (event) => {
      const item = JSON.parse(event.data);
      if (item.type === "subscribed") {
        if (last === null) onResync();
        last = item.seq;
        onLink(true);
      } else if (item.type === "resync") {
        last = item.seq;
        onResync();
      } else if (item.type !== "hello" && item.type !== "bye" && item.type !== "pong") {
        if (isCounted(item)) last = Math.max(last ?? 0, item.seq);
        onItem(item);
      }
    };
    socket.onclose = () => {
      onLink(false);
      tries += 1;
      setTimeout(open, Math.min(15000, 500 * 2 ** Math.min(tries, 5)) * (0.5 + Math.random() / 2));
    };
  }
  open();
}
