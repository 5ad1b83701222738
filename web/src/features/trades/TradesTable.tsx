// The table of trades: as many as there are, drawn as far as they are seen.
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useBotNames } from "@/api/bots";
import type { Keyset } from "@/api/keyset";
import { usePublic } from "@/api/public";
import { BotChip } from "@/components/BotChip";
import type { Column } from "@/components/DataTable";
import { EndlessTable, IMPOSSIBLE_RANGE } from "@/components/EndlessTable";
import { Delta, Money, Price, Side, Size, Time } from "@/components/figures";
import { EmptyState } from "@/components/states";
import { isFiltered, isImpossible, type TradesSearch } from "./search";
import { POLL_MS, type Trade } from "./useTrades";
import { Whose } from "./Whose";

interface TradesTableProps {
  search: TradesSearch;
  trades: Keyset<Trade>;
  onOpen: (trade: Trade) => void;
}

export function TradesTable({ search, trades, onOpen }: TradesTableProps) {
  const names = useBotNames();
  const shownToPublic = usePublic();
  const columns = useMemo(() => columnsOf(names ?? new Map()), [names]);
  if (shownToPublic && search.type === "mine")
    return <EmptyState title="Not shown in public">What we trade is shown to the operator only.</EmptyState>;
  if (isImpossible(search)) return <EmptyState {...IMPOSSIBLE_RANGE} />;
  return (
    <EndlessTable
      list={trades}
      what="trade"
      label="Trades, newest first"
      columns={columns}
      pollMs={POLL_MS}
      opened={search.open}
      onOpen={onOpen}
      empty={<Nothing search={search} known={names?.has(search.botId ?? "")} />}
    />
  );
}

function columnsOf(names: ReadonlyMap<string, string>): readonly Column<Trade>[] {
  return [
    {
      id: "time",
      header: "Time",
      cell: (trade) => (
        <span className="trade-time">
          <Time at={trade.timestamp} /> <Whose type={trade.type} />
        </span>
      ),
    },
    {
      id: "bot",
      header: "Bot",
      cell: (trade) =>
        trade.botId === null ? (
          <span className="dim">by hand</span>
        ) : (
          <BotChip id={trade.botId} name={names.get(trade.botId)} />
        ),
    },
    { id: "asset", header: "Asset", cell: (trade) => <b>{trade.asset}</b> },
    { id: "side", header: "Side", cell: (trade) => <Side side={trade.side} /> },
    { id: "size", header: "Size", align: "end", cell: (trade) => <Size value={trade.size} /> },
    { id: "price", header: "Price $", align: "end", cell: (trade) => <Price value={trade.price} /> },
    { id: "notional", header: "Notional", align: "end", cell: (trade) => <Money value={trade.notional} /> },
    { id: "fee", header: "Fee", align: "end", hideOnPhone: true, cell: (trade) => <Money value={trade.fee} /> },
    { id: "pnl", header: "PnL", align: "end", cell: (trade) => <Delta value={trade.pnl} /> },
    { id: "status", header: "Status", hideOnPhone: true, cell: (trade) => <Status trade={trade} /> },
    {
      id: "why",
      header: "Why",
      hideOnPhone: true,
      cell: (trade) =>
        trade.decisionId === null ? null : (
          <Link
            to="/decisions/$decisionId"
            params={{ decisionId: trade.decisionId }}
            onClick={(event) => event.stopPropagation()}
          >
            decision
          </Link>
        ),
    },
  ];
}

function Status({ trade }: { trade: Trade }) {
  if (trade.status === null) return <span className="dim">fill</span>;
  return (
    <span className={trade.status === "filled" ? undefined : "tone-warn"}>
      {trade.status.replaceAll("_", " ")}
      {trade.simulated && <span className="dim"> sim</span>}
    </span>
  );
}

function Nothing({ search, known }: { search: TradesSearch; known: boolean | undefined }) {
  if (search.botId !== undefined && known === false)
    return <EmptyState title="No such bot">No bot of the id “{search.botId}” is watched.</EmptyState>;
  if (isFiltered(search))
    return <EmptyState title="No trade fits this filter">Widen it, or clear it to see everything.</EmptyState>;
  return <EmptyState title="No trade yet">Fills of the bots and orders of ours appear here as they happen.</EmptyState>;
}
