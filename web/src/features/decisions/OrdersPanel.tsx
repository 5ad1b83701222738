// The orders a decision made, and those against the same bot in the same asset around it.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { Schemas } from "@/api/client";
import { Fact, Facts } from "@/components/Facts";
import { Bps, Delta, Money, Price, Side, Size, Time } from "@/components/figures";
import { Panel } from "@/components/Panel";
import { RawJson } from "@/components/RawJson";
import type { Detail } from "./DecisionDetail";
import { ordersAroundQuery } from "./queries";
import { slippageBps } from "./slippage";

export function OrdersPanel({ decision }: { decision: Detail }) {
  const { orders, event } = decision;
  return (
    <Panel title={<b>{orders.length === 1 ? "Our order" : "Our orders"}</b>} className="decision-second">
      <div className="decision-parts">
        {orders.length === 0 && <p className="dim">None was sent.</p>}
        {orders.map((order) => (
          <Order key={order.id} order={order} botPrice={event.price} />
        ))}
        <Around decision={decision} />
      </div>
    </Panel>
  );
}

function Order({ order, botPrice }: { order: Schemas["OrderView"]; botPrice: number }) {
  return (
    <div className="decision-parts">
      <p>
        <Side side={order.side} /> <Size value={order.size} /> {order.asset} <span className="dim">@</span>{" "}
        <Price value={order.price} />{" "}
        <Link to="/trades" search={{ type: "mine", open: order.id }}>
          trade
        </Link>
      </p>
      <Facts>
        <Fact name="Status">
          {order.status.replaceAll("_", " ")}
          {order.simulated && <span className="dim"> simulated</span>}
        </Fact>
        <Fact name="Notional">
          <Money value={order.notional} />
        </Fact>
        <Fact name="Fee">
          <Money value={order.fee} digits={4} />
        </Fact>
        <Fact name="Realised PnL, before fees">
          {order.pnl === null ? <span className="dim">none: it only opened</span> : <Delta value={order.pnl} />}
        </Fact>
        <Fact name="Worse than the bot's price by">
          <Bps value={slippageBps(order.side, order.price, botPrice)} />
        </Fact>
      </Facts>
      {order.orderRequest !== null && <RawJson title="Request" value={order.orderRequest} />}
      {order.orderResult !== null && <RawJson title="Result" value={order.orderResult} />}
    </div>
  );
}

function Around({ decision }: { decision: Detail }) {
  const { botId, asset, timestamp, orders } = decision;
  const own = new Set(orders.map((order) => order.id));
  const found = useQuery(ordersAroundQuery(botId, asset, timestamp)).data?.trades.filter((trade) => !own.has(trade.id));
  if (found === undefined || found.length === 0) return null;
  return (
    <details className="raw">
      <summary>
        Within an hour, against the same bot in {asset}: {found.length}
      </summary>
      <ul className="decision-around">
        {found.map((trade) => (
          <li key={trade.id}>
            <Time at={trade.timestamp} /> <Side side={trade.side} /> <Size value={trade.size} />{" "}
            <span className="dim">@</span> <Price value={trade.price} />{" "}
            {trade.decisionId !== null && (
              <Link to="/decisions/$decisionId" params={{ decisionId: trade.decisionId }}>
                decision
              </Link>
            )}
          </li>
        ))}
      </ul>
    </details>
  );
}
