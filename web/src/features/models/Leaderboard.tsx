// Every watched bot with its own record and what fading it brought, sortable, with its switch and multiplier in place.
import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useMemo } from "react";
import { useOwn } from "@/api/public";
import { useMayWrite } from "@/api/session";
import { BotChip } from "@/components/BotChip";
import { type Column, DataTable } from "@/components/DataTable";
import { Delta, Duration, Pct } from "@/components/figures";
import { EmptyState } from "@/components/states";
import { amount, count } from "@/format/format";
import { EnabledSwitch, MultiplierField } from "./BotControls";
import { type BotAction, BotMenu } from "./BotMenu";
import { fallOf, gross, type Model, netChange, netPnl } from "./standing";

/** Columns that a public arena does not fill. */
const PRIVATE: ReadonlySet<string> = new Set(["exposure", "mirrored", "fade", "today"]);

interface LeaderboardProps {
  models: readonly Model[];
  onAction: (action: BotAction, model: Model) => void;
}

export function Leaderboard({ models, onAction }: LeaderboardProps) {
  const navigate = useNavigate();
  const mayWrite = useMayWrite();
  const own = useOwn();
  const columns = useMemo(
    () => (own ? [...COLUMNS, ...controls(mayWrite ? onAction : null)] : COLUMNS.filter(({ id }) => !PRIVATE.has(id))),
    [own, mayWrite, onAction],
  );
  return (
    <DataTable
      label="Leaderboard of the bots"
      columns={columns}
      rows={models}
      rowId={(model) => model.id}
      initialSort={{ id: "equity", desc: true }}
      onOpen={(model) => void navigate({ to: "/models/$botId", params: { botId: model.id } })}
      empty={
        <EmptyState title="No bot is watched yet">
          Add one by its wallet: what it trades from then on is faded, within your limits.
        </EmptyState>
      }
    />
  );
}

/** Amounts of USD, rounded: the whole digits are on the bot's own page. */
const usd = (id: string, header: string, value: (model: Model) => number | null, onPhone = true): Column<Model> => ({
  id,
  header,
  align: "end",
  cell: (model) => amount(value(model), 0),
  value,
  hideOnPhone: !onPhone,
});

const gain = (id: string, header: string, value: (model: Model) => number | null, onPhone = true): Column<Model> => ({
  id,
  header,
  align: "end",
  cell: (model) => <Delta value={value(model)} as="amount" digits={0} />,
  value,
  hideOnPhone: !onPhone,
});

const COLUMNS: readonly Column<Model>[] = [
  {
    id: "bot",
    header: "Bot",
    cell: (model) => <BotChip id={model.id} name={model.name} linked />,
    value: (model) => model.name,
  },
  usd("equity", "Equity $", (model) => model.botStats.equity),
  gain("net", "Net $", netPnl),
  {
    id: "change",
    header: "Net %",
    align: "end",
    cell: (model) => <Delta value={netChange(model)} as="percent" digits={1} />,
    value: netChange,
  },
  {
    id: "drawdown",
    header: "Max DD",
    align: "end",
    cell: (model) => <Pct value={fallOf(model)} digits={1} />,
    value: fallOf,
  },
  {
    id: "wins",
    header: "Wins",
    align: "end",
    cell: (model) => <Pct value={model.botStats.winRate} digits={0} />,
    value: (model) => model.botStats.winRate,
  },
  {
    id: "hold",
    header: "Hold",
    align: "end",
    cell: (model) => <Duration ms={model.botStats.medianHoldTime} />,
    value: (model) => model.botStats.medianHoldTime,
  },
  {
    id: "trades",
    header: "Trades",
    align: "end",
    cell: (model) => count(model.botStats.totalTrades),
    value: (model) => model.botStats.totalTrades,
  },
  usd("volume", "Volume $", (model) => model.botStats.volume),
  usd("fees", "Fees $", (model) => model.botStats.fees),
  usd("exposure", "It holds $", (model) => gross(model.currentPositions)),
  usd("mirrored", "We hold $", (model) => gross(model.myMirroredPositions)),
  gain("fade", "Fading it $", (model) => model.stats.totalPnL),
  {
    id: "slippage",
    header: "Slip bps",
    align: "end",
    cell: (model) => amount(model.stats.slippageBps, 1),
    value: (model) => model.stats.slippageBps,
    hideOnPhone: true,
  },
  gain("today", "Today $", (model) => model.stats.dailyPnL, false),
];

/** Null: nothing may be written. */
function controls(onAction: LeaderboardProps["onAction"] | null): Column<Model>[] {
  const always: Column<Model>[] = [
    {
      id: "enabled",
      header: "Fade it",
      cell: (model) => (
        <Aside>
          <EnabledSwitch model={model} />
        </Aside>
      ),
      value: (model) => (model.enabled ? 1 : 0),
    },
    {
      id: "multiplier",
      header: "Multiplier",
      cell: (model) => (
        <Aside>
          <MultiplierField model={model} />
        </Aside>
      ),
      value: (model) => model.leverageMultiplier,
    },
  ];
  if (onAction === null) return always;
  const menu: Column<Model> = {
    id: "more",
    header: "More",
    cell: (model) => (
      <Aside>
        <BotMenu model={model} onAction={onAction} />
      </Aside>
    ),
  };
  return [...always, menu];
}

/** A click on a control is not a click on its row. */
function Aside({ children }: { children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: nothing is done here, only kept from the row
    // biome-ignore lint/a11y/noStaticElementInteractions: as above
    <span className="row-aside" onClick={(event) => event.stopPropagation()}>
      {children}
    </span>
  );
}
