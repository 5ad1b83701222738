// A bot's fills beside our orders against them: joined by the decision between, with slippage and lag. Pure.
import type { Schemas } from "@/api/client";

export type Trade = Schemas["TradeView"];
export type Decision = Schemas["DecisionView"];

export interface Pair {
  id: string;
  /** Of the bot's fill, or of our order where that is not among what is read. */
  time: number;
  asset: string;
  theirs: Trade | null;
  ours: Trade | null;
  /** What was decided on the bot's fill. */
  decision: Decision | null;
  /** Basis points by which our price was worse than the bot's; negative: better. */
  slippageBps: number | null;
  /** Milliseconds from its fill to our order. */
  lagMs: number | null;
}

const BPS = 10_000;

/** Newest first. Each fill of the bot is there, each order of ours too, even where the other side is not. */
export function pairsOf(
  theirs: readonly Trade[],
  ours: readonly Trade[],
  decisions: readonly Decision[],
): readonly Pair[] {
  const byId = new Map(decisions.map((decision) => [decision.id, decision]));
  const byEvent = new Map(decisions.map((decision) => [decision.eventId, decision]));
  const fills = new Map(theirs.map((fill) => [fill.id, fill]));
  const answered = new Set<string>();
  const pairs: Pair[] = ours.map((order) => {
    const decision = byId.get(order.decisionId ?? "") ?? null;
    const fill = fills.get(decision?.eventId ?? "") ?? null;
    if (fill) answered.add(fill.id);
    return pair(fill, order, decision);
  });
  for (const fill of theirs) {
    if (!answered.has(fill.id)) pairs.push(pair(fill, null, byEvent.get(fill.id) ?? null));
  }
  return pairs.sort((one, other) => other.time - one.time || (one.id < other.id ? 1 : -1));
}

function pair(theirs: Trade | null, ours: Trade | null, decision: Decision | null): Pair {
  const first = theirs ?? ours;
  const filled = theirs !== null && ours !== null && ours.status === "filled" && theirs.price > 0;
  return {
    id: `${theirs?.id ?? ""} ${ours?.id ?? ""}`,
    time: first?.timestamp ?? 0,
    asset: first?.asset ?? "",
    theirs,
    ours,
    decision,
    slippageBps: filled ? slippage(theirs, ours) : null,
    lagMs: filled ? ours.timestamp - theirs.timestamp : null,
  };
}

function slippage(theirs: Trade, ours: Trade): number {
  const way = ours.side === "long" ? 1 : -1;
  return (way * (ours.price - theirs.price) * BPS) / theirs.price;
}
