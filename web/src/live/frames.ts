// What the socket says. The shapes of `data` are those of the API's document where it has them.
import type { Schemas } from "@/api/client";

export const CHANNELS = ["bot-trade", "my-trade", "decision", "state-update", "settings-update", "error"] as const;

/** Those whose items have numbers of their own. */
export const COUNTED = ["bot-trade", "my-trade", "decision", "settings-update"] as const;

export interface BotTrade {
  botId: string;
  walletAddress: string;
  event: Pick<
    Schemas["EventView"],
    "id" | "timestamp" | "asset" | "side" | "size" | "price" | "notional" | "eventType"
  >;
}

export type MyTrade = Pick<
  Schemas["TradeView"],
  "id" | "timestamp" | "botId" | "asset" | "side" | "size" | "price" | "notional" | "simulated" | "status" | "pnl"
> & { fee: number; orderId: string | null; reason: string | null };

export type LiveItem =
  | { type: "bot-trade"; seq: number; data: BotTrade }
  | { type: "my-trade"; seq: number; data: MyTrade }
  | { type: "decision"; seq: number; data: Schemas["DecisionView"] }
  | { type: "settings-update"; seq: number; data: unknown };

export type Frame =
  | LiveItem
  | { type: "state-update"; seq: number; data: Schemas["State"] }
  | { type: "error"; seq: number; data: { code: string; message: string } }
  | { type: "hello"; seq: number; data: { serverTime: number } }
  | { type: "subscribed"; seq: number; data: { channels: string[] } }
  | { type: "resync"; seq: number; data: { reason: string } }
  | { type: "bye"; seq: number; data: { reason: string; reconnectAfterMs: number } }
  | { type: "pong"; seq: number; data: object };

/** One line of the feed on the screen: a fill of theirs, an order of ours, or a refusal to trade. */
export const isItem = (frame: Frame): frame is LiveItem =>
  frame.type === "bot-trade" ||
  frame.type === "my-trade" ||
  frame.type === "decision" ||
  frame.type === "settings-update";
