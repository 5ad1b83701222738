// A table of an endless list, newest first: as many rows as there are, drawn as far as they are seen, with what came
// since above it and what is still to load below.
import type { ReactNode } from "react";
import type { Keyset, Row } from "@/api/keyset";
import { type Column, DataTable } from "./DataTable";
import { ListEnd, NewRows } from "./ListEnd";
import { Answer } from "./states";

interface EndlessTableProps<R extends Row> {
  /** As `useKeyset` gives it. */
  list: Keyset<R>;
  /** One row, in a word: "trade". */
  what: string;
  label: string;
  columns: readonly Column<R>[];
  pollMs: number;
  height?: string;
  loadingLines?: number;
  /** The id of the row that is opened beside it. */
  opened?: string | undefined;
  onOpen: (row: R) => void;
  empty: ReactNode;
}

const ROW_KEY = (row: Row): string => row.id;

export function EndlessTable<R extends Row>({ list, what, label, pollMs, empty, ...props }: EndlessTableProps<R>) {
  return (
    <Answer query={list} staleAfterMs={3 * pollMs} loadingLines={props.loadingLines ?? 12}>
      {(rows) => (
        <div className="list-body" aria-busy={list.isBefore}>
          <NewRows
            count={list.newer}
            more={list.newerIsMore}
            what={what}
            begunAt={list.begunAt}
            readAt={list.dataUpdatedAt}
            onShow={list.showNewer}
          />
          <DataTable
            key={rows[0]?.id}
            label={label}
            columns={props.columns}
            rows={rows}
            rowId={ROW_KEY}
            opened={props.opened}
            height={props.height ?? "max(24rem, calc(100dvh - 22.5rem))"}
            total={list.totalIsEstimate ? -1 : list.total}
            onOpen={props.onOpen}
            onEnd={list.more.fetch}
            footer={<ListEnd shown={rows.length} {...list.more} />}
            empty={empty}
          />
        </div>
      )}
    </Answer>
  );
}

/** What stands in place of a list whose range of time ends before it begins. */
export const IMPOSSIBLE_RANGE = {
  title: "No moment lies in this range",
  children: "It ends before it begins. Correct From or To.",
} as const;
