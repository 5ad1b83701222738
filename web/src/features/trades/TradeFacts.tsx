// What a trade was, what was asked and what came of it, and what it hangs on: a fill of a bot leads to the decisions made
// on it, an order of ours to its decision and to the bot's fill.
import { Link } from "@tanstack/react-router";
import { useBotNames } from "@/api/bots";
import type { Schemas } from "@/api/client";
import { BotChip } from "@/components/BotChip";
import { Fact, Facts } from "@/components/Facts";
import { Delta, Money, Price, Side, Size, Time } from "@/components/figures";
import { RawJson } from "@/components/RawJson";
import { Around } from "./Around";
import { Whose } from "./Whose";

type Detail = Schemas["TradeDetail"];

export function TradeFacts({ detail }: { detail: Detail }) {
  const { trade, order, event } = detail;
  return (
    <div className="trade-facts">
      <Common trade={trade} />
      {order !== null && <Order order={order} />}
      {event !== null && trade.type === "bot" && <Event event={event} />}
      <Cause detail={detail} />
      <Around trade={trade} />
    </div>
  );
}

function Common({ trade }: { trade: Detail["trade"] }) {
  const name = useBotNames()?.get(trade.botId ?? "");
  return (
    <>
      <p className="trade-headline">
        <Whose type={trade.type} /> <Side side={trade.side} /> <Size value={trade.size} /> <b>{trade.asset}</b>{" "}
        <span className="dim">@</span> <Price value={trade.price} />
      </p>
      <Facts>
        <Fact name="When">
          <Time at={trade.timestamp} as="full" />
        </Fact>
        <Fact name={trade.type === "mine" ? "Against" : "Bot"}>
          {trade.botId === null ? "no bot: sent by hand" : <BotChip id={trade.botId} name={name} linked />}
        </Fact>
        <Fact name="Notional">
          <Money value={trade.notional} />
        </Fact>
        <Fact name="Fee">
          <Money value={trade.fee} digits={4} />
        </Fact>
        <Fact name="Realised PnL, before fees">
          {trade.pnl === null ? <span className="dim">none: it realised nothing</span> : <Delta value={trade.pnl} />}
        </Fact>
      </Facts>
    </>
  );
}

function Order({ order }: { order: Schemas["OrderView"] }) {
  return (
    <>
      <h3>Order</h3>
      <Facts>
        <Fact name="Status">
          <span className={order.status === "filled" ? undefined : "tone-warn"}>
            {order.status.replaceAll("_", " ")}
          </span>
        </Fact>
        <Fact name="Account">{order.simulated ? "simulated: no order left this machine" : "live"}</Fact>
        {order.closedAt !== null && (
          <Fact name="Brought us to zero">
            <Time at={order.closedAt} as="full" />
          </Fact>
        )}
        {order.cloid !== "" && (
          <Fact name="Client order id">
            <code>{order.cloid}</code>
          </Fact>
        )}
        {order.hyperliquidOrderId !== null && (
          <Fact name="Exchange's order id">
            <code>{order.hyperliquidOrderId}</code>
          </Fact>
        )}
      </Facts>
      {order.orderRequest !== null && <RawJson title="Request" value={order.orderRequest} />}
      {order.orderResult === null ? (
        order.orderRequest !== null && <p className="dim">Its result is not known yet.</p>
      ) : (
        <RawJson title="Result" value={order.orderResult} />
      )}
    </>
  );
}

function Event({ event }: { event: Schemas["EventView"] }) {
  return (
    <>
      <h3>Its position</h3>
      <Facts>
        <Fact name="Before">
          <Size value={event.previousSize} plus /> {event.asset}
        </Fact>
        <Fact name="After">
          <Size value={event.currentSize} plus /> {event.asset}
        </Fact>
        <Fact name="Wallet">
          <code>{event.walletAddress}</code>
        </Fact>
        {event.eventType === "position-change" && (
          <Fact name="Known from">a change of position that no fill explains</Fact>
        )}
      </Facts>
      <RawJson title="As the exchange told it" value={event.rawData} />
    </>
  );
}

function Cause({ detail }: { detail: Detail }) {
  const { trade, event, decisions } = detail;
  const own = decisions.find((decision) => decision.id === trade.decisionId);
  if (trade.type === "bot")
    return (
      <>
        <h3>What we made of it</h3>
        {decisions.length === 0 ? (
          <p className="dim">No decision is recorded on it yet.</p>
        ) : (
          <ul className="trade-decisions">
            {decisions.map((decision) => (
              <Decision key={decision.id} decision={decision} />
            ))}
          </ul>
        )}
      </>
    );
  return (
    <>
      <h3>Why</h3>
      {own === undefined ? (
        <p className="dim">Sent by hand: no decision stands behind it.</p>
      ) : (
        <ul className="trade-decisions">
          <Decision decision={own} />
        </ul>
      )}
      {event !== null && (
        <p>
          <Link to="/trades" search={(before) => ({ ...before, open: event.id })} replace>
            The bot's {event.eventType === "fill" ? "fill" : "move"} it answers
          </Link>
          : <Side side={event.side} /> <Size value={event.size} /> {event.asset} <span className="dim">@</span>{" "}
          <Price value={event.price} />
        </p>
      )}
    </>
  );
}

function Decision({ decision }: { decision: Schemas["DecisionView"] }) {
  const traded = decision.decision === "execute";
  const sentence = (decision.reason ?? decision.skipReason)?.sentence.replace(/: decision [0-9a-f-]+$/, "");
  return (
    <li>
      <span className={traded ? "tone-gain" : "tone-warn"}>{traded ? "Traded" : "Skipped"}</span>
      {sentence !== undefined && `: ${sentence}`}.{" "}
      <Link to="/decisions/$decisionId" params={{ decisionId: decision.leaderId ?? decision.id }}>
        {decision.leaderId === null ? "The decision" : "The decision that acted for it"}
      </Link>
    </li>
  );
}
