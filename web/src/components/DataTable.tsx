// A table for thousands of rows: sorts what is loaded, draws what is visible, walks by j/k and Enter, and becomes cards
// on a phone. Columns say what they are; how it is drawn is decided here.
import {
  createSortedRowModel,
  rowSortingFeature,
  type SortingState,
  sortFn_alphanumeric,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { useVirtualizer, type Virtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useMedia } from "./useMedia";

export interface Column<Row> {
  id: string;
  /** With its unit where it has one: "Fees $". */
  header: string;
  cell: (row: Row) => ReactNode;
  /** What to sort by; without it the column does not sort. */
  value?: (row: Row) => number | string | null;
  align?: "start" | "end";
  /** Left out on a phone's card. */
  hideOnPhone?: boolean;
  /** Takes a card's whole width, and may wrap. */
  wide?: boolean;
}

interface DataTableProps<Row> {
  /** Read out, not shown: what the table lists. */
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowId: (row: Row) => string;
  /** The row that is opened beside the table, by its id. */
  opened?: string | undefined;
  /** Enter or click. */
  onOpen?: (row: Row) => void;
  /** How many there are in all, for readers who cannot see the end; the loaded ones where left out. */
  total?: number;
  /** Loads the next page; called when the end comes near. */
  onEnd?: () => void;
  /** Said at the end: "Loading", "All 115 shown". */
  footer?: ReactNode;
  initialSort?: { id: string; desc: boolean };
  /** CSS length; without it the table is as high as its rows and everything is drawn. */
  height?: string;
  /** Shown in place of rows. */
  empty?: ReactNode;
}

const ROW_PX = 30;
const CARD_PX = 96;
const UNSORTED: readonly object[] = [];
const features = tableFeatures({
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
  sortFns: { alphanumeric: sortFn_alphanumeric },
});

export function DataTable<Row extends object>(props: DataTableProps<Row>) {
  const phone = useMedia("(max-width: 40rem)");
  const { columns, rows, rowId } = props;
  const [sorting, setSorting] = useState<SortingState>(props.initialSort ? [props.initialSort] : []);
  const definitions = useMemo(
    () =>
      columns.map((column) => ({
        id: column.id,
        accessorFn: (row: Row) => column.value?.(row) ?? undefined,
        enableSorting: column.value !== undefined,
        sortUndefined: "last" as const,
        sortDescFirst: column.align === "end",
      })),
    [columns],
  );
  const sortable = columns.some((column) => column.value !== undefined);
  const table = useTable({
    features,
    columns: definitions,
    data: (sortable ? rows : UNSORTED) as Row[],
    getRowId: rowId,
    state: { sorting },
    onSortingChange: setSorting,
  });
  const model = table.getRowModel().rows;
  // A list that does not sort is taken as it is: it may have tens of thousands of rows, and is drawn at every scroll.
  const sorted = useMemo(() => (sortable ? model.map((row) => row.original as Row) : rows), [sortable, model, rows]);
  const scroll = useRef<HTMLDivElement>(null);
  const [current, setCurrent] = useState<number | null>(null);
  const windowed = props.height !== undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: how a row is named does not change while the rows do not
  const keyOf = useCallback((index: number) => rowId(sorted[index] as Row), [sorted]);
  const virtualizer = useVirtualizer({
    count: sorted.length,
    enabled: windowed,
    getScrollElement: () => scroll.current,
    estimateSize: () => (phone ? CARD_PX : ROW_PX),
    overscan: 8,
    getItemKey: keyOf,
  });
  useNearEnd(virtualizer, windowed, sorted.length, props.onEnd);

  function onKeyDown(event: KeyboardEvent): void {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
    if (step !== undefined && sorted.length > 0) {
      event.preventDefault();
      const next = Math.min(sorted.length - 1, Math.max(0, (current ?? -1) + step));
      setCurrent(next);
      if (windowed) virtualizer.scrollToIndex(next, { align: "auto" });
      else scroll.current?.querySelector(`[data-index="${next}"]`)?.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter" && current !== null) {
      // The same press must not reach the button that has the focus once a dialog is open.
      event.preventDefault();
      const row = sorted[current];
      if (row !== undefined) props.onOpen?.(row);
    }
  }

  if (rows.length === 0 && props.empty !== undefined) return props.empty;
  const body: BodyProps<Row> = {
    ...props,
    sorted,
    current,
    setCurrent,
    items: windowed ? virtualizer.getVirtualItems().map((item) => item.index) : Array.from(sorted, (_, index) => index),
    before: windowed ? (virtualizer.getVirtualItems()[0]?.start ?? 0) : 0,
    after: windowed ? virtualizer.getTotalSize() - (virtualizer.getVirtualItems().at(-1)?.end ?? 0) : 0,
    measure: windowed ? virtualizer.measureElement : undefined,
  };
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a section would want a heading of its own */}
      <div
        ref={scroll}
        className="table-scroll"
        style={windowed ? { maxHeight: props.height } : undefined}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls, and is walked by keys, must be reachable by them
        tabIndex={0}
        role="region"
        aria-label={props.label}
        data-rows={sorted.length}
        onKeyDown={onKeyDown}
      >
        {phone ? (
          <Cards {...body} />
        ) : (
          <table className="table" aria-rowcount={(props.total ?? sorted.length) + 1}>
            <caption className="visually-hidden">{props.label}</caption>
            <thead>
              <tr aria-rowindex={1}>
                {columns.map((column) => (
                  <Header
                    key={column.id}
                    column={column}
                    sorted={sorting[0]?.id === column.id ? (sorting[0].desc ? "descending" : "ascending") : undefined}
                    onSort={() => table.getColumn(column.id)?.toggleSorting()}
                  />
                ))}
              </tr>
            </thead>
            <Rows {...body} />
          </table>
        )}
      </div>
      {props.footer !== undefined && <div className="table-more">{props.footer}</div>}
    </>
  );
}

function useNearEnd(
  virtualizer: Virtualizer<HTMLDivElement, Element>,
  windowed: boolean,
  count: number,
  onEnd: (() => void) | undefined,
): void {
  const last = windowed ? (virtualizer.getVirtualItems().at(-1)?.index ?? 0) : 0;
  const call = useRef(onEnd);
  call.current = onEnd;
  useEffect(() => {
    if (windowed && count > 0 && last >= count - 10) call.current?.();
  }, [windowed, count, last]);
}

interface HeaderProps<Row> {
  column: Column<Row>;
  sorted: "ascending" | "descending" | undefined;
  onSort: () => void;
}

function Header<Row>({ column, sorted, onSort }: HeaderProps<Row>) {
  return (
    <th scope="col" className={classOf(column)} aria-sort={sorted}>
      {column.value === undefined ? (
        column.header
      ) : (
        <button type="button" className="table-sort" data-sorted={sorted} onClick={onSort}>
          {column.header}
          <span aria-hidden="true">{sorted === "ascending" ? " ↑" : sorted === "descending" ? " ↓" : ""}</span>
        </button>
      )}
    </th>
  );
}

const classOf = <Row,>({ align, hideOnPhone }: Column<Row>): string =>
  `${align === "end" ? "num" : ""} ${hideOnPhone ? "table-spare" : ""}`;

interface BodyProps<Row> extends DataTableProps<Row> {
  sorted: readonly Row[];
  items: readonly number[];
  current: number | null;
  setCurrent: (index: number) => void;
  /** Pixels that stand for the rows above and below what is drawn. */
  before: number;
  after: number;
  measure: ((element: Element | null) => void) | undefined;
}

function Rows<Row>(props: BodyProps<Row>) {
  const { columns, sorted, items, rowId, onOpen, current, before, after } = props;
  return (
    <tbody>
      {before > 0 && <Pad columns={columns.length} px={before} />}
      {items.map((index) => {
        const row = sorted[index] as Row;
        return (
          <tr
            key={rowId(row)}
            ref={props.measure}
            data-index={index}
            data-id={rowId(row)}
            data-clickable={onOpen ? true : undefined}
            data-current={current === index}
            data-opened={rowId(row) === props.opened ? true : undefined}
            aria-current={rowId(row) === props.opened ? "true" : undefined}
            aria-rowindex={index + 2}
            onClick={() => {
              props.setCurrent(index);
              if (!window.getSelection()?.toString()) onOpen?.(row);
            }}
          >
            {columns.map((column) => (
              <td
                key={column.id}
                data-column={column.id}
                className={`${classOf(column)} ${column.wide ? "table-wrap-cell" : ""}`}
              >
                {column.cell(row)}
              </td>
            ))}
          </tr>
        );
      })}
      {after > 0 && <Pad columns={columns.length} px={after} />}
    </tbody>
  );
}

function Pad({ columns, px }: { columns: number; px: number }) {
  return (
    <tr className="table-pad">
      <td colSpan={columns} style={{ height: px }} />
    </tr>
  );
}

function Cards<Row>(props: BodyProps<Row>) {
  const { columns, sorted, items, rowId, onOpen, current } = props;
  return (
    <div className="table-cards">
      <div style={{ height: props.before }} />
      {items.map((index) => {
        const row = sorted[index] as Row;
        return (
          <dl
            key={rowId(row)}
            ref={props.measure}
            className="table-card"
            data-index={index}
            data-id={rowId(row)}
            data-current={current === index}
            onClick={() => {
              props.setCurrent(index);
              onOpen?.(row);
            }}
          >
            {columns
              .filter((column) => !column.hideOnPhone)
              .map((column, place) => (
                <div key={column.id} className={column.wide || place === 0 ? "table-card-wide" : undefined}>
                  <dt className={place === 0 ? "visually-hidden" : undefined}>{column.header}</dt>
                  <dd data-column={column.id}>{column.cell(row)}</dd>
                </div>
              ))}
          </dl>
        );
      })}
      <div style={{ height: props.after }} />
    </div>
  );
}
