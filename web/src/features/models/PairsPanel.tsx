// Trade by trade: each fill of the bot, what we made of it, how much worse our price was and how much later it came.
import { Link, useNavigate } from "@tanstack/react-router";
import { type Column, DataTable } from "@/components/DataTable";
import { Bps, Delta, Duration, Price, Side, Time } from "@/components/figures";
import { Panel } from "@/components/Panel";
import { EmptyState, LoadingState } from "@/components/states";
import { size } from "@/format/format";
import type { Pair, Trade } from "./pairs";
import type { Model } from "./standing";

const SHOWN = 40;

const COLUMNS: readonly Column<Pair>[] = [
  { id: "time", header: "Time", cell: (pair) => <Time at={pair.time} />, value: (pair) => pair.time },
  { id: "asset", header: "Asset", cell: (pair) => pair.asset, value: (pair) => pair.asset },
  { id: "theirs", header: "It traded", align: "end", cell: (pair) => <Traded trade={pair.theirs} /> },
  { id: "theirPrice", header: "At $", align: "end", cell: (pair) => <Price value={pair.theirs?.price} /> },
  { id: "ours", header: "We traded", align: "end", cell: (pair) => <Ours pair={pair} /> },
  { id: "ourPrice", header: "At $", align: "end", cell: (pair) => <Price value={pair.ours?.price} /> },
  {
    id: "slippage",
    header: "Slippage",
    align: "end",
    cell: (pair) => <Bps value={pair.slippageBps} />,
    value: (pair) => pair.slippageBps,
  },
  {
    id: "lag",
    header: "Lag",
    align: "end",
    cell: (pair) => <Duration ms={pair.lagMs} />,
    value: (pair) => pair.lagMs,
  },
  {
    id: "pnl",
    header: "Our PnL $",
    align: "end",
    cell: (pair) => <Delta value={pair.ours?.pnl} as="amount" />,
    value: (pair) => pair.ours?.pnl ?? null,
  },
];

function Traded({ trade }: { trade: Trade | null }) {
  if (trade === null) return <span className="dim">–</span>;
  return (
    <>
      <Side side={trade.side} /> {size(trade.size)}
    </>
  );
}

/** Our order, or why there is none. */
function Ours({ pair: { ours, decision } }: { pair: Pair }) {
  if (ours === null) {
    return (
      <span className="dim">{decision?.skipReason ? decision.skipReason.code.replaceAll("_", " ") : "nothing"}</span>
    );
  }
  return (
    <>
      <Traded trade={ours} />
      {ours.status !== null && ours.status !== "filled" && <span className="dim"> {ours.status}</span>}
    </>
  );
}

interface PairsPanelProps {
  model: Model;
  /** Null while they are read. */
  pairs: readonly Pair[] | null;
}

export function PairsPanel({ model, pairs }: PairsPanelProps) {
  const navigate = useNavigate();
  return (
    <Panel
      title={
        <>
          <b>Latest trades</b>, its and ours
        </>
      }
      flush
      tools={
        <Link to="/trades" search={{ botId: model.id }} className="button button-quiet">
          All its trades
        </Link>
      }
    >
      {pairs === null ? (
        <LoadingState lines={8} />
      ) : (
        <DataTable
          label={`Latest trades of ${model.name} and ours against it`}
          columns={COLUMNS}
          rows={pairs.slice(0, SHOWN)}
          rowId={(pair) => pair.id}
          onOpen={({ decision }) => {
            if (decision) void navigate({ to: "/decisions/$decisionId", params: { decisionId: decision.id } });
          }}
          initialSort={{ id: "time", desc: true }}
          height="28rem"
          empty={<EmptyState title="It has not traded yet">Its fills appear here as they happen.</EmptyState>}
        />
      )}
    </Panel>
  );
}
