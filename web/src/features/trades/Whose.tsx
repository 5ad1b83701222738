// Whose trade it is, in a word and a colour.
import type { Trade } from "./useTrades";

export function Whose({ type }: { type: Trade["type"] }) {
  return (
    <span className="badge trade-whose" data-type={type}>
      {type === "mine" ? "Fade" : "Bot"}
    </span>
  );
}
