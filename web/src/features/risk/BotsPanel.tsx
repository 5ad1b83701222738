// By bot: what we hold against each, and whether more can be added.
import { useMemo } from "react";
import type { Schemas } from "@/api/client";
import { BotChip } from "@/components/BotChip";
import { type Column, DataTable } from "@/components/DataTable";
import { Delta, Money } from "@/components/figures";
import { Panel } from "@/components/Panel";
import { EmptyState } from "@/components/states";
import { amount, count, multiple, percent } from "@/format/format";
import { type BotExposure, byBot } from "./exposure";

type Row = BotExposure & { multiplier: number | null; may: string | null; share: number };

const COLUMNS: readonly Column<Row>[] = [
  {
    id: "bot",
    header: "Bot",
    cell: (row) => <BotChip id={row.id} name={row.name} linked />,
    value: (row) => row.name,
  },
  { id: "long", header: "Long $", align: "end", cell: (row) => amount(row.long, 0), value: (row) => row.long },
  { id: "short", header: "Short $", align: "end", cell: (row) => amount(row.short, 0), value: (row) => row.short },
  { id: "gross", header: "Gross $", align: "end", cell: (row) => amount(row.gross, 0), value: (row) => row.gross },
  {
    id: "share",
    header: "Of all",
    align: "end",
    cell: (row) => <Share of={row.share} />,
    value: (row) => row.share,
  },
  {
    id: "positions",
    header: "Positions",
    align: "end",
    cell: (row) => count(row.positions),
    value: (row) => row.positions,
  },
  {
    id: "pnl",
    header: "uPnL $",
    align: "end",
    cell: (row) => <Delta value={row.unrealizedPnl} as="amount" digits={0} />,
    value: (row) => row.unrealizedPnl,
  },
  {
    id: "multiplier",
    header: "Multiplier",
    align: "end",
    cell: (row) => multiple(row.multiplier, 4),
    value: (row) => row.multiplier,
  },
  {
    id: "may",
    header: "More",
    cell: (row) => (row.may === null ? "may be added" : <span className="tone-warn">{row.may}</span>),
    value: (row) => row.may ?? "",
  },
];

function Share({ of }: { of: number }) {
  return (
    <span className="share">
      <span className="bar" aria-hidden="true">
        <span className="bar-fill" style={{ width: `${of * 100}%` }} />
      </span>
      {percent(of, 0)}
    </span>
  );
}

interface BotsPanelProps {
  models: readonly Schemas["Model"][];
  /** Undefined while it is read. */
  wallets: readonly Schemas["WalletCompleteness"][] | undefined;
  /** What we still hold against bots that were removed. */
  unwatched: Schemas["Unwatched"] | undefined;
  /** Nothing can be added against any. */
  blocked: boolean;
}

export function BotsPanel({ models, wallets, unwatched, blocked }: BotsPanelProps) {
  const rows = useMemo(() => rowsOf(models, wallets, blocked), [models, wallets, blocked]);
  return (
    <Panel title={<b>By bot</b>} flush>
      <DataTable
        label="Exposure by bot"
        columns={COLUMNS}
        rows={rows}
        rowId={(row) => row.id}
        initialSort={{ id: "gross", desc: true }}
        empty={<EmptyState title="No bot is watched yet" />}
      />
      {unwatched !== undefined && unwatched.count > 0 && (
        <p className="risk-note">
          Besides, {count(unwatched.count)} {unwatched.count === 1 ? "position" : "positions"} of{" "}
          <Money value={unwatched.notional} digits={0} /> against bots that are no longer watched. They are in the
          totals above but in no table, and are closed unless the kill switch holds them.
        </p>
      )}
    </Panel>
  );
}

function rowsOf(models: BotsPanelProps["models"], wallets: BotsPanelProps["wallets"], blocked: boolean): Row[] {
  const exposures = byBot(models);
  const all = exposures.reduce((total, row) => total + row.gross, 0);
  return exposures.map((row, index) => {
    const model = models[index] as Schemas["Model"];
    const gaps = wallets?.find((wallet) => wallet.botId === row.id)?.openGaps ?? 0;
    return {
      ...row,
      multiplier: model.leverageMultiplier,
      share: all > 0 ? row.gross / all : 0,
      may: mayNot(model.enabled === true, gaps, blocked),
    };
  });
}

/** Why nothing can be added against a bot; null where it can. */
function mayNot(enabled: boolean, gaps: number, blocked: boolean): string | null {
  if (!enabled) return "switched off";
  if (gaps > 0) return "its history has a gap";
  return blocked ? "not now" : null;
}
