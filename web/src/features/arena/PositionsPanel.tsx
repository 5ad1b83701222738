// Open positions of both sides, one row for each bot and asset: what it holds, and what we hold against it.
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Schemas } from "@/api/client";
import { modelsQuery } from "@/api/queries";
import { BotChip } from "@/components/BotChip";
import { type Column, DataTable } from "@/components/DataTable";
import { Delta, Price, Side } from "@/components/figures";
import { Panel } from "@/components/Panel";
import { Answer, EmptyState } from "@/components/states";
import { amount, count, size } from "@/format/format";

type Position = Schemas["PositionView"];

interface Row {
  id: string;
  botId: string;
  bot: string;
  asset: string;
  theirs: Position | undefined;
  ours: Position | undefined;
}

const COLUMNS: readonly Column<Row>[] = [
  {
    id: "bot",
    header: "Bot",
    cell: (row) => <BotChip id={row.botId} name={row.bot} linked />,
    value: (row) => row.bot,
  },
  { id: "asset", header: "Asset", cell: (row) => row.asset, value: (row) => row.asset },
  {
    id: "mark",
    header: "Mark $",
    align: "end",
    cell: (row) => <Price value={(row.ours ?? row.theirs)?.markPrice} />,
    hideOnPhone: true,
  },
  { id: "theirs", header: "It holds", align: "end", cell: (row) => <Held position={row.theirs} /> },
  {
    id: "theirNotional",
    header: "$",
    align: "end",
    cell: (row) => amount(row.theirs?.notional, 0),
    value: (row) => row.theirs?.notional ?? null,
    hideOnPhone: true,
  },
  {
    id: "theirPnl",
    header: "Its uPnL $",
    align: "end",
    cell: (row) => <Delta value={row.theirs?.unrealizedPnl} as="amount" digits={0} />,
    value: (row) => row.theirs?.unrealizedPnl ?? null,
  },
  { id: "ours", header: "We hold", align: "end", cell: (row) => <Held position={row.ours} /> },
  {
    id: "entry",
    header: "Entry $",
    align: "end",
    cell: (row) => <Price value={row.ours?.entryPrice} />,
    hideOnPhone: true,
  },
  {
    id: "ourNotional",
    header: "$",
    align: "end",
    cell: (row) => amount(row.ours?.notional, 0),
    value: (row) => row.ours?.notional ?? null,
    hideOnPhone: true,
  },
  {
    id: "ourPnl",
    header: "Our uPnL $",
    align: "end",
    cell: (row) => <Delta value={row.ours?.unrealizedPnl} as="amount" digits={0} />,
    value: (row) => row.ours?.unrealizedPnl ?? null,
  },
];

function Held({ position }: { position: Position | undefined }) {
  if (!position) return <span className="dim">flat</span>;
  return (
    <>
      <Side side={position.side} /> {size(position.size)}
    </>
  );
}

export function PositionsPanel() {
  const models = useQuery(modelsQuery());
  const rows = useMemo(() => rowsOf(models.data?.bots ?? []), [models.data]);
  return (
    <Panel
      title={
        <>
          <b>Open positions</b> of both sides
        </>
      }
      tools={models.data && <span className="dim caps">{count(rows.length)} pairs</span>}
      flush
    >
      <Answer query={models} staleAfterMs={45_000}>
        {() => (
          <DataTable
            label="Open positions of the bots and ours against them"
            columns={COLUMNS}
            rows={rows}
            rowId={(row) => row.id}
            initialSort={{ id: "ourNotional", desc: true }}
            empty={
              <EmptyState title="Nobody holds anything">
                Positions appear when a bot opens one, and ours against it within a second.
              </EmptyState>
            }
          />
        )}
      </Answer>
    </Panel>
  );
}

function rowsOf(models: readonly Schemas["Model"][]): Row[] {
  return models.flatMap((model) => {
    const assets = new Set([...model.currentPositions, ...model.myMirroredPositions].map((position) => position.asset));
    return [...assets].sort().map((asset) => ({
      id: `${model.id} ${asset}`,
      botId: model.id,
      bot: model.name,
      asset,
      theirs: model.currentPositions.find((position) => position.asset === asset),
      ours: model.myMirroredPositions.find((position) => position.asset === asset),
    }));
  });
}
