// What the bot did that was decided on.
import { Link } from "@tanstack/react-router";
import type { Schemas } from "@/api/client";
import { Fact, Facts } from "@/components/Facts";
import { Money, Price, Side, Size, Time } from "@/components/figures";
import { Panel } from "@/components/Panel";
import { RawJson } from "@/components/RawJson";

const NO_HASH = /^0x0*$/;

export function EventPanel({ event }: { event: Schemas["EventView"] }) {
  const hash = event.hyperliquidFillHash;
  return (
    <Panel
      title={<b>The bot's event</b>}
      className="decision-second"
      tools={
        <Link
          to="/trades"
          search={{ botId: event.botId, asset: event.asset, open: event.id }}
          className="button button-quiet"
        >
          In the list of trades
        </Link>
      }
    >
      <div className="decision-parts">
        <p>
          {event.eventType === "fill" ? "Fill" : "Change of position that no fill explains"}: <Side side={event.side} />{" "}
          <Size value={event.size} /> {event.asset} <span className="dim">@</span> <Price value={event.price} />
        </p>
        <Facts>
          <Fact name="When">
            <Time at={event.timestamp} as="full" />
          </Fact>
          <Fact name="Notional">
            <Money value={event.notional} />
          </Fact>
          <Fact name="Position before">
            <Size value={event.previousSize} plus /> {event.asset}{" "}
            <span className="dim">
              <Money value={event.previousNotional} />
            </span>
          </Fact>
          <Fact name="Position after">
            <Size value={event.currentSize} plus /> {event.asset}{" "}
            <span className="dim">
              <Money value={event.currentNotional} />
            </span>
          </Fact>
          <Fact name="Wallet">
            <code>{event.walletAddress}</code>
          </Fact>
          {hash !== null && !NO_HASH.test(hash) && (
            <Fact name="Transaction">
              <code>{hash}</code>
            </Fact>
          )}
        </Facts>
        <RawJson title="As the exchange told it" value={event.rawData} />
      </div>
    </Panel>
  );
}
