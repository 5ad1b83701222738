// What the socket says. The shapes of `data` are those of the API's document where it has them.
import type { Schemas } from "@/api/client";

export const CHANNELS = ["bot-trade", "my-trade", "decision", "state-update", "settings-update", "error"] as const;

/** Those whose items have numbers of their own. */
export const COUNTED = ["bot-trade", "my-trade", "decision", "settings-update", "error"] as const;

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

/** A line of the system's log of level "error". */
export type LoggedError = Pick<Schemas["SystemEventView"], "id" | "timestamp" | "level" | "category" | "message">;

export type LiveItem =
  | { type: "bot-trade"; seq: number; data: BotTrade }
  | { type: "my-trade"; seq: number; data: MyTrade }
  | { type: "decision"; seq: number; data: Schemas["DecisionView"] }
  | { type: "settings-update"; seq: number; data: unknown }
  | { type: "error"; seq: number; data: LoggedError };

/** What was wrong with a message of our own: of the same type as an error of the system, without a number of its own. */
export interface Complaint {
  type: "error";
  seq: number;
  data: { code: string; message: string };
}

export type Frame =
  | LiveItem
  | { type: "state-update"; seq: number; data: Schemas["State"] }
  | Complaint
  | { type: "hello"; seq: number; data: { serverTime: number } }
  | { type: "subscribed"; seq: number; data: { channels: string[] } }
  | { type: "resync"; seq: number; data: { reason: string } }
  | { type: "bye"; seq: number; data: { reason: string; reconnectAfterMs: number } }
  | { type: "pong"; seq: number; data: object };

/** Only a complaint has a code. */
export const isComplaint = (frame: Frame): frame is Complaint => frame.type === "error" && "code" in frame.data;

/** Whether it has a number of its own. */
export const isItem = (frame: Frame): frame is LiveItem =>
  COUNTED.some((channel) => channel === frame.type) && !isComplaint(frame);
