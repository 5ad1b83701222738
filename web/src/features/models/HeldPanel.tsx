// What the bot holds, and what we hold against it, asset by asset with the ratio of the two.
import { useMemo } from "react";
import type { Schemas } from "@/api/client";
import { type Column, DataTable } from "@/components/DataTable";
import { Delta, Price, Side } from "@/components/figures";
import { Panel } from "@/components/Panel";
import { EmptyState } from "@/components/states";
import { amount, count, multiple, size } from "@/format/format";
import type { Model } from "./standing";

type Position = Schemas["PositionView"];

interface Row {
  asset: string;
  theirs: Position | undefined;
  ours: Position | undefined;
  /** Our size over its size, negative where we hold the other side; null where it holds nothing. */
  ratio: number | null;
}

const COLUMNS: readonly Column<Row>[] = [
  { id: "asset", header: "Asset", cell: (row) => row.asset, value: (row) => row.asset },
  { id: "mark", header: "Mark $", align: "end", cell: (row) => <Price value={(row.theirs ?? row.ours)?.markPrice} /> },
  { id: "theirs", header: "It holds", align: "end", cell: (row) => <Held position={row.theirs} /> },
  ...figures("their", "Its", (row) => row.theirs),
  { id: "ours", header: "We hold", align: "end", cell: (row) => <Held position={row.ours} /> },
  ...figures("our", "Our", (row) => row.ours),
  {
    id: "ratio",
    header: "Ratio",
    align: "end",
    cell: (row) => multiple(row.ratio, 4),
    value: (row) => row.ratio,
  },
];

function figures(id: string, whose: string, pick: (row: Row) => Position | undefined): Column<Row>[] {
  return [
    {
      id: `${id}Entry`,
      header: `${whose} entry $`,
      align: "end",
      cell: (row) => <Price value={pick(row)?.entryPrice} />,
      hideOnPhone: true,
    },
    {
      id: `${id}Notional`,
      header: `${whose} value $`,
      align: "end",
      cell: (row) => amount(pick(row)?.notional, 0),
      value: (row) => pick(row)?.notional ?? null,
    },
    {
      id: `${id}Pnl`,
      header: `${whose} uPnL $`,
      align: "end",
      cell: (row) => <Delta value={pick(row)?.unrealizedPnl} as="amount" digits={0} />,
      value: (row) => pick(row)?.unrealizedPnl ?? null,
    },
  ];
}

function Held({ position }: { position: Position | undefined }) {
  if (!position) return <span className="dim">flat</span>;
  return (
    <>
      <Side side={position.side} /> {size(position.size)}
    </>
  );
}

export function HeldPanel({ model }: { model: Model }) {
  const rows = useMemo(() => rowsOf(model), [model]);
  return (
    <Panel
      title={
        <>
          <b>Positions</b>, its and ours against it
        </>
      }
      tools={<span className="dim caps">{count(rows.length)}</span>}
      flush
    >
      <DataTable
        label={`Open positions of ${model.name} and ours against it`}
        columns={COLUMNS}
        rows={rows}
        rowId={(row) => row.asset}
        initialSort={{ id: "theirNotional", desc: true }}
        empty={<EmptyState title="Nothing is held">Neither the bot nor the fade has a position now.</EmptyState>}
      />
    </Panel>
  );
}

function rowsOf(model: Model): Row[] {
  const assets = new Set([...model.currentPositions, ...model.myMirroredPositions].map((position) => position.asset));
  return [...assets].sort().map((asset) => {
    const theirs = model.currentPositions.find((position) => position.asset === asset);
    const ours = model.myMirroredPositions.find((position) => position.asset === asset);
    return { asset, theirs, ours, ratio: ratioOf(theirs, ours) };
  });
}

function ratioOf(theirs: Position | undefined, ours: Position | undefined): number | null {
  if (theirs === undefined || theirs.size === 0) return null;
  if (ours === undefined) return 0;
  return ((theirs.side === ours.side ? 1 : -1) * ours.size) / theirs.size;
}
