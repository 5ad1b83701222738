// What the bot traded, alone: what the public sees where the operator has our trades beside it.
import { Link, useNavigate } from "@tanstack/react-router";
import { type Column, DataTable } from "@/components/DataTable";
import { Delta, Price, Side, Size, Time } from "@/components/figures";
import { Panel } from "@/components/Panel";
import { EmptyState, LoadingState } from "@/components/states";
import type { Trade } from "./pairs";
import type { Model } from "./standing";

const SHOWN = 40;

const COLUMNS: readonly Column<Trade>[] = [
  { id: "time", header: "Time", cell: (fill) => <Time at={fill.timestamp} />, value: (fill) => fill.timestamp },
  { id: "asset", header: "Asset", cell: (fill) => fill.asset, value: (fill) => fill.asset },
  { id: "side", header: "Side", cell: (fill) => <Side side={fill.side} /> },
  { id: "size", header: "Size", align: "end", cell: (fill) => <Size value={fill.size} /> },
  { id: "price", header: "At $", align: "end", cell: (fill) => <Price value={fill.price} /> },
  {
    id: "pnl",
    header: "Its PnL $",
    align: "end",
    cell: (fill) => <Delta value={fill.pnl} as="amount" />,
    value: (fill) => fill.pnl,
  },
];

interface FillsPanelProps {
  model: Model;
  /** Newest first; undefined while they are read. */
  fills: readonly Trade[] | undefined;
}

export function FillsPanel({ model, fills }: FillsPanelProps) {
  const navigate = useNavigate();
  return (
    <Panel
      title={<b>Latest trades</b>}
      flush
      tools={
        <Link to="/trades" search={{ botId: model.id }} className="button button-quiet">
          All its trades
        </Link>
      }
    >
      {fills === undefined ? (
        <LoadingState lines={8} />
      ) : (
        <DataTable
          label={`Latest trades of ${model.name}`}
          columns={COLUMNS}
          rows={fills.slice(0, SHOWN)}
          rowId={(fill) => fill.id}
          onOpen={({ id }) => void navigate({ to: "/trades", search: { botId: model.id, open: id } })}
          initialSort={{ id: "time", desc: true }}
          height="28rem"
          empty={<EmptyState title="It has not traded yet">Its fills appear here as they happen.</EmptyState>}
        />
      )}
    </Panel>
  );
}
