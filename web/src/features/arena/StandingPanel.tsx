// How each bot stands, and what fading it brought: the leaderboard in short.
import { useQuery } from "@tanstack/react-query";
import type { Schemas } from "@/api/client";
import { usePublic } from "@/api/public";
import { modelsQuery } from "@/api/queries";
import { BotChip } from "@/components/BotChip";
import { type Column, DataTable } from "@/components/DataTable";
import { Delta } from "@/components/figures";
import { Panel } from "@/components/Panel";
import { Answer, EmptyState } from "@/components/states";
import { amount } from "@/format/format";

type Model = Schemas["Model"];

const changeOf = ({ botStats }: Model): number | null =>
  botStats.equity === null || botStats.equity === undefined || !botStats.startingEquity
    ? null
    : botStats.equity / botStats.startingEquity - 1;

const COLUMNS: readonly Column<Model>[] = [
  {
    id: "bot",
    header: "Bot",
    cell: (model) => <BotChip id={model.id} name={model.name} linked />,
    value: (model) => model.name,
  },
  {
    id: "equity",
    header: "Equity $",
    align: "end",
    cell: (model) => amount(model.botStats.equity, 0),
    value: (model) => model.botStats.equity ?? null,
  },
  {
    id: "change",
    header: "Bot",
    align: "end",
    cell: (model) => <Delta value={changeOf(model)} as="percent" digits={1} />,
    value: changeOf,
  },
  {
    id: "fade",
    header: "Fading it $",
    align: "end",
    cell: (model) => <Delta value={model.stats.totalPnL} as="amount" digits={0} />,
    value: (model) => model.stats.totalPnL,
  },
];

/** What fading one bot brought would tell the multiplier. */
const PUBLIC_COLUMNS = COLUMNS.filter(({ id }) => id !== "fade");

export function StandingPanel() {
  const models = useQuery(modelsQuery());
  const columns = usePublic() ? PUBLIC_COLUMNS : COLUMNS;
  return (
    <Panel title={<b>Standing</b>} flush>
      <Answer query={models} staleAfterMs={45_000} loadingLines={6}>
        {(data) => (
          <DataTable
            label="How each bot stands"
            columns={columns}
            rows={data.bots}
            rowId={(model) => model.id}
            initialSort={{ id: "equity", desc: true }}
            empty={<EmptyState title="No bot is watched yet" />}
          />
        )}
      </Answer>
    </Panel>
  );
}
