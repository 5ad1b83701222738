// By asset: what is held, and by how much the next order could still add, buying or selling.
import { useMemo } from "react";
import { type Column, DataTable } from "@/components/DataTable";
import { Delta } from "@/components/figures";
import { Panel } from "@/components/Panel";
import { EmptyState } from "@/components/states";
import { amount, count, money, percent } from "@/format/format";
import { type AssetExposure, type Limits, type Room, roomOf } from "./exposure";

interface AssetsPanelProps {
  assets: readonly AssetExposure[];
  limits: Limits;
  /** Our equity, USD. */
  equity: number;
  blocked: boolean;
}

export function AssetsPanel({ assets, limits, equity, blocked }: AssetsPanelProps) {
  const columns = useMemo(() => columnsOf(limits, equity, blocked), [limits, equity, blocked]);
  return (
    <Panel
      title={
        <>
          <b>By asset</b> and what the next order could add
        </>
      }
      flush
    >
      <DataTable
        label="Exposure by asset"
        columns={columns}
        rows={assets}
        rowId={(row) => row.asset}
        initialSort={{ id: "gross", desc: true }}
        empty={
          <EmptyState title="Nothing is held">
            {limits.globalCap === null && limits.orderLimit === null
              ? "No limit is set, so the next order could be of any size that a bot's move asks for."
              : "Exposure appears here with the first position."}
          </EmptyState>
        }
      />
      {assets.length > 0 && (
        <p className="risk-note">
          Room is by how much an order could still add risk under the limits; no limit stands against closing. Orders
          under way count too when it is decided, and are not in these figures.
        </p>
      )}
    </Panel>
  );
}

function columnsOf(limits: Limits, equity: number, blocked: boolean): Column<AssetExposure>[] {
  const room = (way: "buy" | "sell", row: AssetExposure): Room =>
    blocked ? { usd: 0, by: null } : roomOf(row, way, limits);
  const roomColumn = (way: "buy" | "sell", header: string): Column<AssetExposure> => ({
    id: way,
    header,
    align: "end",
    cell: (row) => <RoomWords room={room(way, row)} />,
    value: (row) => room(way, row).usd ?? Number.MAX_VALUE,
  });
  return [
    { id: "asset", header: "Asset", cell: (row) => row.asset, value: (row) => row.asset },
    {
      id: "side",
      header: "Net",
      cell: (row) =>
        row.net === 0 ? (
          <span className="dim">flat</span>
        ) : (
          <span className={row.net > 0 ? "side-long" : "side-short"}>{row.net > 0 ? "LONG" : "SHORT"}</span>
        ),
    },
    { id: "net", header: "Net $", align: "end", cell: (row) => amount(Math.abs(row.net), 0), value: (row) => row.net },
    { id: "gross", header: "Gross $", align: "end", cell: (row) => amount(row.gross, 0), value: (row) => row.gross },
    {
      id: "share",
      header: "Net of equity",
      align: "end",
      cell: (row) => percent(equity > 0 ? Math.abs(row.net) / equity : null, 0),
      value: (row) => Math.abs(row.net),
    },
    { id: "bots", header: "Bots", align: "end", cell: (row) => count(row.bots), value: (row) => row.bots },
    {
      id: "pnl",
      header: "uPnL $",
      align: "end",
      cell: (row) => <Delta value={row.unrealizedPnl} as="amount" digits={0} />,
      value: (row) => row.unrealizedPnl,
    },
    {
      id: "cap",
      header: "Cap",
      align: "end",
      cell: (row) => (row.cap === null ? <span className="dim">no cap</span> : money(row.cap, 0)),
      value: (row) => row.cap ?? Number.MAX_VALUE,
    },
    roomColumn("buy", "Room to buy"),
    roomColumn("sell", "Room to sell"),
  ];
}

function RoomWords({ room }: { room: Room }) {
  if (room.usd === null) return <span className="dim">no limit</span>;
  return (
    <>
      {money(room.usd, 0)}
      {room.by !== null && <span className="dim"> {room.by}</span>}
    </>
  );
}
