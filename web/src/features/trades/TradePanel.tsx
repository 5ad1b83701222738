// One trade, opened beside the list or over it: what it was, what was asked and what came of it, and what led to it.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { botsQuery, decisionQuery, latestDecisionsQuery } from "@/api/queries";
import { BotChip } from "@/components/BotChip";
import { Dialog } from "@/components/Dialog";
import { Delta, Money, Price, Side, Size, Time } from "@/components/figures";
import { Panel } from "@/components/Panel";
import { CopyButton, RawJson } from "@/components/RawJson";
import { Answer, EmptyState, LoadingState } from "@/components/states";
import { Whose } from "./TradesTable";
import type { Trade } from "./useTrades";

interface TradePanelProps {
  id: string;
  /** Undefined while they are loading. */
  rows: readonly Trade[] | undefined;
  onClose: () => void;
}

export function TradePanel({ id, rows, onClose }: TradePanelProps) {
  return (
    <Panel
      title={<b>Trade</b>}
      className="trade-panel"
      tools={
        <>
          <CopyButton text={location.href} what="link to this trade" label="Copy link" />
          <button type="button" className="button button-quiet" onClick={onClose}>
            Close
          </button>
        </>
      }
    >
      <OneTrade id={id} rows={rows} />
    </Panel>
  );
}

export function TradeDialog({ id, rows, onClose }: TradePanelProps) {
  return (
    <Dialog
      open
      onClose={onClose}
      title="Trade"
      footer={
        <>
          <CopyButton text={location.href} what="link to this trade" label="Copy link" />
          <button type="button" className="button" onClick={onClose} data-autofocus>
            Close
          </button>
        </>
      }
    >
      <OneTrade id={id} rows={rows} />
    </Dialog>
  );
}

function OneTrade({ id, rows }: Pick<TradePanelProps, "id" | "rows">) {
  if (rows === undefined) return <LoadingState />;
  const trade = rows.find((row) => row.id === id);
  if (trade === undefined)
    return (
      <EmptyState title="This trade is not among those loaded">
        It may lie further down, or the filter leaves it out.
      </EmptyState>
    );
  return (
    <div className="trade-facts">
      <Facts trade={trade} />
      {trade.type === "mine" ? <Ours trade={trade} /> : <Theirs trade={trade} />}
    </div>
  );
}

function Facts({ trade }: { trade: Trade }) {
  const name = useQuery(botsQuery()).data?.bots.find((bot) => bot.id === trade.botId)?.name;
  return (
    <>
      <p className="trade-headline">
        <Whose trade={trade} /> <Side side={trade.side} /> <Size value={trade.size} /> <b>{trade.asset}</b>{" "}
        <span className="dim">@</span> <Price value={trade.price} />
      </p>
      <dl className="facts">
        <Fact name="When">
          <Time at={trade.timestamp} as="full" />
        </Fact>
        <Fact name={trade.type === "mine" ? "Against" : "Bot"}>
          {trade.botId === null ? "by hand" : <BotChip id={trade.botId} name={name} linked />}
        </Fact>
        <Fact name="Notional">
          <Money value={trade.notional} />
        </Fact>
        <Fact name="Fee">
          <Money value={trade.fee} digits={4} />
        </Fact>
        <Fact name="Realised PnL, before fees">
          {trade.pnl === null ? <span className="dim">none: it only opened</span> : <Delta value={trade.pnl} />}
        </Fact>
        {trade.type === "mine" && (
          <Fact name="Account">{trade.simulated ? "simulated: no order left this machine" : "live"}</Fact>
        )}
      </dl>
    </>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Ours({ trade }: { trade: Trade }) {
  if (trade.decisionId === null) return <p className="dim">Sent by hand: no decision stands behind it.</p>;
  return <OurOrder trade={trade} decisionId={trade.decisionId} />;
}

function OurOrder({ trade, decisionId }: { trade: Trade; decisionId: string }) {
  const decision = useQuery(decisionQuery(decisionId));
  return (
    <Answer query={decision}>
      {({ event, orders, reason }) => {
        const order = orders.find((each) => each.id === trade.id);
        return (
          <>
            <h3>Why</h3>
            <p>{reason?.sentence ?? "–"}</p>
            <p className="trade-links">
              <Link to="/decisions/$decisionId" params={{ decisionId }} className="button">
                Its decision
              </Link>
              <Link to="/trades" search={(before) => ({ ...before, open: event.id })} className="button">
                The bot's trade
              </Link>
            </p>
            {order !== undefined && (
              <>
                <h3>Order</h3>
                <dl className="facts">
                  <Fact name="Status">{order.status.replaceAll("_", " ")}</Fact>
                  <Fact name="Client order id">
                    <code>{order.cloid}</code>
                  </Fact>
                  {order.hyperliquidOrderId !== null && (
                    <Fact name="Exchange's order id">
                      <code>{order.hyperliquidOrderId}</code>
                    </Fact>
                  )}
                  {order.closedAt !== null && (
                    <Fact name="Brought us to zero">
                      <Time at={order.closedAt} as="full" />
                    </Fact>
                  )}
                </dl>
                <RawJson title="Request" value={order.orderRequest} />
                <RawJson title="Result" value={order.orderResult} />
              </>
            )}
          </>
        );
      }}
    </Answer>
  );
}

function Theirs({ trade }: { trade: Trade }) {
  const decisions = useQuery(latestDecisionsQuery({ eventId: trade.id, limit: 20 }));
  return (
    <Answer query={decisions} loadingLines={2}>
      {({ decisions: found }) =>
        found.length === 0 ? (
          <p className="dim">No decision is recorded on it yet.</p>
        ) : (
          <>
            <h3>What we made of it</h3>
            <ul className="trade-decisions">
              {found.map((decision) => (
                <li key={decision.id}>
                  <span className={decision.decision === "execute" ? "tone-gain" : "tone-warn"}>
                    {decision.decision === "execute" ? "Traded" : "Skipped"}
                  </span>
                  : {(decision.reason ?? decision.skipReason)?.sentence ?? "–"}{" "}
                  <Link to="/decisions/$decisionId" params={{ decisionId: decision.id }}>
                    decision
                  </Link>
                </li>
              ))}
            </ul>
          </>
        )
      }
    </Answer>
  );
}
