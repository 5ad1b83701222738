// The hero: equity of the fade against the bots, over a range that ends at the system's own clock.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { useBotNames } from "@/api/bots";
import { useOwn } from "@/api/public";
import { equityBackQuery, ordersQuery, stateQuery } from "@/api/queries";
import { type ChartMarker, EquityChart } from "@/components/EquityChart";
import { Segments } from "@/components/fields";
import { Panel } from "@/components/Panel";
import { Answer, EmptyState } from "@/components/states";
import { clockOf, liveStore, useLive } from "@/live/store";
import { FADE, linesOf } from "./equityLines";
import { type ArenaSearch, RANGES, type Range } from "./search";

const HOUR_MS = 3_600_000;
const RANGE_MS: Record<Exclude<Range, "all">, number> = {
  "1h": HOUR_MS,
  "6h": 6 * HOUR_MS,
  "24h": 24 * HOUR_MS,
  "7d": 168 * HOUR_MS,
  "30d": 720 * HOUR_MS,
};
const REFRESH_MS = 2500;
const STALE_MS = 15_000;
const MARKERS_MAX = 1000;
const NO_NAMES: ReadonlyMap<string, string> = new Map();

export function EquityPanel() {
  const search = useSearch({ from: "/" });
  const navigate = useNavigate({ from: "/" });
  const range = search.range ?? "all";
  const unit = search.unit ?? "pct";
  const change = (next: Partial<ArenaSearch>) =>
    void navigate({ search: (before) => ({ ...before, ...next }), replace: true });
  return (
    <Panel
      title={
        <>
          <b>Equity</b> {unit === "usd" ? "in USD" : "in % since the start of the range"}
        </>
      }
      flush
      className="arena-equity"
      tools={
        <>
          <Segments
            label="Range, back from the system's clock"
            value={range}
            options={RANGES.map((each) => ({ value: each, label: each }))}
            onChange={(next) => change({ range: next === "all" ? undefined : next })}
          />
          <Segments
            label="Unit"
            value={unit}
            options={[
              { value: "pct", label: "%" },
              { value: "usd", label: "$" },
            ]}
            onChange={(next) => change({ unit: next === "usd" ? "usd" : undefined })}
          />
          <button
            type="button"
            className="segment segment-alone"
            aria-pressed={search.log === true}
            disabled={unit !== "usd"}
            onClick={() => change({ log: search.log ? undefined : true })}
          >
            Log
          </button>
        </>
      }
    >
      <Chart
        range={range}
        unit={unit}
        log={search.log === true}
        hide={search.hide}
        onHide={(hide) => change({ hide: hide === "" ? undefined : hide })}
      />
    </Panel>
  );
}

interface ChartProps {
  range: Range;
  unit: "usd" | "pct";
  log: boolean;
  hide: string | undefined;
  onHide: (hide: string) => void;
}

function Chart({ range, unit, log, hide, onHide }: ChartProps) {
  const clock = useQuery({ ...stateQuery(), select: (state) => state.systemStatus.clockTime }).data;
  const equity = useQuery({
    ...equityBackQuery(range === "all" ? null : RANGE_MS[range], () => clockOf(liveStore.getState()) ?? clock ?? null),
    enabled: range === "all" || clock !== undefined,
    refetchInterval: REFRESH_MS,
    placeholderData: keepPreviousData,
  });
  const names = useBotNames() ?? NO_NAMES;
  const tip = useLive((live) => live.state?.equity);
  const points = equity.data?.series;
  const lines = useMemo(() => (points ? linesOf(points, tip, names, unit) : null), [points, tip, names, unit]);
  const markers = useMarkers(lines?.times[0]);
  const hidden = useMemo(() => new Set(hide?.split(",").filter(Boolean)), [hide]);
  return (
    <Answer query={equity} staleAfterMs={STALE_MS} loadingLines={10}>
      {() =>
        lines === null || lines.times.length < 2 ? (
          <EmptyState title="No equity is recorded yet">
            The first points come within a minute of the trader's start.
          </EmptyState>
        ) : (
          <EquityChart
            label="Equity of the fade, of the bots together and of each bot"
            times={lines.times}
            series={lines.series}
            drawdown={lines.drawdowns}
            unit={unit}
            log={log}
            markers={markers}
            hidden={hidden}
            onHidden={(next) => onHide([...next].join(","))}
          />
        )
      }
    </Answer>
  );
}

/** Our newest orders within what is shown; none where they are not shown. */
function useMarkers(since: number | undefined): ChartMarker[] {
  const trades = useQuery({ ...ordersQuery(MARKERS_MAX), refetchInterval: 4 * REFRESH_MS, enabled: useOwn() });
  return useMemo(
    () =>
      (trades.data ?? [])
        .filter((trade) => since !== undefined && trade.timestamp >= since)
        .map((trade) => ({ id: trade.id, time: trade.timestamp, series: FADE, up: trade.side === "long" })),
    [trades.data, since],
  );
}
