// How much worse our price was than the bot's, in basis points; better is negative. Pure.

/** `side` is ours: who buys is worse off above, who sells below. Null where a price is not known. */
export function slippageBps(side: "long" | "short", ours: number, theirs: number): number | null {
  if (!(ours > 0) || !(theirs > 0)) return null;
  return ((ours - theirs) / theirs) * 10_000 * (side === "long" ? 1 : -1);
}
