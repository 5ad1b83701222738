// The price around a trade, with the fills of the same bot and ours against it. Prices are the marks that were recorded;
// where none was, none is drawn.
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import type { Schemas } from "@/api/client";
import { latestTradesQuery } from "@/api/queries";
import { Segments } from "@/components/fields";
import { PriceChart, type PriceFill } from "@/components/PriceChart";
import { Answer, EmptyState } from "@/components/states";
import { pricesQuery } from "./queries";

const HOUR_MS = 3_600_000;
const RANGES = [
  { value: "3h", label: "±3h", ms: 3 * HOUR_MS },
  { value: "12h", label: "±12h", ms: 12 * HOUR_MS },
  { value: "3d", label: "±3d", ms: 72 * HOUR_MS },
] as const;
type Range = (typeof RANGES)[number]["value"];

const FILLS_MAX = 200;
const INTERVAL_MS = { "1m": 60_000, "5m": 300_000, "15m": 900_000, "1h": HOUR_MS, "1d": 24 * HOUR_MS } as const;

export function Around({ trade }: { trade: Schemas["TradeView"] }) {
  const [range, setRange] = useState<Range>("12h");
  const ms = RANGES.find((each) => each.value === range)?.ms ?? HOUR_MS;
  const [from, to] = [Math.max(0, trade.timestamp - ms), trade.timestamp + ms];
  const window = { asset: trade.asset, startTime: from, endTime: to };
  const prices = useQuery(pricesQuery(window));
  const trades = useQuery(latestTradesQuery({ ...window, botId: trade.botId ?? undefined, limit: FILLS_MAX })).data;
  const fills = useMemo(() => fillsOf(trade, trades?.trades ?? []), [trade, trades]);
  return (
    <div className="trade-around">
      <div className="trade-around-head">
        <h3>Price around it</h3>
        <Segments label="How far around" value={range} options={RANGES} onChange={setRange} />
      </div>
      <Answer query={prices}>
        {({ points, interval, source }) =>
          points.length === 0 ? (
            <EmptyState title="No price is on record around it">
              Marks are kept every five minutes while FadeArena runs; older trades have none.
            </EmptyState>
          ) : (
            <>
              <PriceChart
                label={`Price of ${trade.asset} around the trade`}
                points={points}
                fills={fills}
                current={trade.id}
                from={from}
                to={to}
                usualMs={INTERVAL_MS[interval]}
              />
              <p className="dim trade-around-note">
                Line: {source}, pale where some are missing. ● the bot's fills, ▲▼ ours.
                {trades !== undefined && trades.pagination.total > FILLS_MAX && ` The newest ${FILLS_MAX} are marked.`}
              </p>
            </>
          )
        }
      </Answer>
    </div>
  );
}

/** The trade itself is there from the start, the others when they are read. */
function fillsOf(trade: Schemas["TradeView"], trades: readonly Schemas["TradeView"][]): PriceFill[] {
  const others = trades.filter((each) => each.id !== trade.id && each.price > 0);
  return [trade, ...others].sort((one, other) => one.timestamp - other.timestamp);
}
