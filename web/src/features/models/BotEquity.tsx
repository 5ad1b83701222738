// What the bot gained over time, against what fading it brought.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { EquityChart } from "@/components/EquityChart";
import { Segments } from "@/components/fields";
import { Panel } from "@/components/Panel";
import { Answer, EmptyState } from "@/components/states";
import { clockOf, liveStore } from "@/live/store";
import { botLines } from "./botLines";
import type { Trade } from "./pairs";
import { botEquityQuery } from "./queries";
import { RANGES, type Range } from "./search";
import type { Model } from "./standing";

const DAY_MS = 86_400_000;
const BACK_MS: Record<Range, number | null> = { "24h": DAY_MS, "7d": 7 * DAY_MS, all: null };
const REFRESH_MS = 8000;

interface BotEquityProps {
  model: Model;
  /** Our latest orders against it. */
  orders: readonly Trade[];
  /** Whether what fading it brought is known: the public is not told. */
  own: boolean;
}

export function BotEquity({ model, orders, own }: BotEquityProps) {
  const range: Range = useSearch({ from: "/models/$botId" }).range ?? "all";
  const navigate = useNavigate({ from: "/models/$botId" });
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const equity = useQuery({
    ...botEquityQuery(model.id, BACK_MS[range], () => clockOf(liveStore.getState())),
    refetchInterval: REFRESH_MS,
    placeholderData: keepPreviousData,
  });
  const points = equity.data?.series;
  const lines = useMemo(() => (points ? botLines(model, points, orders) : null), [model, points, orders]);
  return (
    <Panel
      title={
        <>
          <b>{own ? "Its gain, and ours against it" : "Its gain"}</b> in USD since the start
        </>
      }
      flush
      className="bot-equity"
      tools={
        <Segments
          label="Range, back from the system's clock"
          value={range}
          options={RANGES.map((each) => ({ value: each, label: each }))}
          onChange={(next) => void navigate({ search: { range: next === "all" ? undefined : next }, replace: true })}
        />
      }
    >
      <Answer query={equity} staleAfterMs={3 * REFRESH_MS} loadingLines={10}>
        {() =>
          lines === null || lines.times.length < 2 ? (
            <EmptyState title="No equity is recorded yet">
              The first points come within a minute of the bot being watched.
            </EmptyState>
          ) : (
            <EquityChart
              label={`What ${model.name} gained${own ? ", and what fading it brought" : ""}`}
              times={lines.times}
              series={lines.series}
              drawdown={lines.drawdowns}
              markers={lines.markers}
              unit="usd"
              hidden={hidden}
              onHidden={setHidden}
              height={300}
            />
          )
        }
      </Answer>
      <p className="models-words">
        <span>
          Its line is its equity less what it began with.{" "}
          {own &&
            "Ours is the profit against it, realised and open, with funding and after fees. Marks are our latest orders against it."}
        </span>
      </p>
    </Panel>
  );
}
