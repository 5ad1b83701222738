// The system's own log: filtered by the address, endless, a line opened with all that was noted beside it.
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import type { Column } from "@/components/DataTable";
import { Dialog } from "@/components/Dialog";
import { EndlessTable, IMPOSSIBLE_RANGE } from "@/components/EndlessTable";
import { ExportMenu } from "@/components/ExportMenu";
import { Fact, Facts } from "@/components/Facts";
import { FilterBar, SelectFilter } from "@/components/FilterBar";
import { Time } from "@/components/figures";
import { Panel } from "@/components/Panel";
import { RawJson } from "@/components/RawJson";
import { SuggestFilter } from "@/components/SuggestFilter";
import { EmptyState } from "@/components/states";
import { TimeRangeFilter } from "@/components/TimeRangeFilter";
import { count } from "@/format/format";
import { everyLine, type LogLine, POLL_MS, useLog } from "./queries";
import { CATEGORIES, isFiltered, isImpossible, LEVELS, type SystemSearch } from "./search";

const asOptions = (words: readonly string[]) =>
  words.map((value) => ({ value, label: value.charAt(0).toUpperCase() + value.slice(1) }));
const LEVEL_OPTIONS = asOptions(LEVELS);
const CATEGORY_OPTIONS = asOptions(CATEGORIES).map((each) => (each.value === "api" ? { ...each, label: "API" } : each));

export function LogPanel() {
  const search = useSearch({ from: "/system" });
  const navigate = useNavigate();
  const log = useLog(search);
  const [opened, setOpened] = useState<LogLine | null>(null);
  const change = (part: Partial<SystemSearch>) =>
    void navigate({ to: "/system", search: (before) => ({ ...before, ...part }), replace: true });
  return (
    <Panel
      title={
        <>
          <b>Log</b>
          {log.data !== undefined && !isImpossible(search) && (
            <>
              {" "}
              {log.totalIsEstimate && "about "}
              {count(log.total)} {log.total === 1 ? "line" : "lines"}
              {isFiltered(search) && ", filtered"}
            </>
          )}
        </>
      }
      flush
      tools={<ExportMenu<LogLine> name="log" pages={() => everyLine(search)} />}
    >
      <FilterBar
        label="Filter the log"
        onClear={isFiltered(search) ? () => void navigate({ to: "/system", search: {}, replace: true }) : undefined}
      >
        <SelectFilter
          label="Level"
          value={search.level}
          options={LEVEL_OPTIONS}
          onChange={(level) => change({ level: level as SystemSearch["level"] })}
        />
        <SelectFilter
          label="Category"
          value={search.category}
          options={CATEGORY_OPTIONS}
          onChange={(category) => change({ category: category as SystemSearch["category"] })}
        />
        <SuggestFilter
          label="Words"
          value={search.text}
          suggestions={[]}
          placeholder="in the message"
          onChange={(text) => change({ text })}
        />
        <TimeRangeFilter from={search.from} to={search.to} now={Date.now()} onChange={change} />
      </FilterBar>
      {isImpossible(search) ? (
        <EmptyState {...IMPOSSIBLE_RANGE} />
      ) : (
        <EndlessTable
          list={log}
          what="line"
          label="Log, newest first"
          columns={COLUMNS}
          pollMs={POLL_MS}
          height="32rem"
          loadingLines={8}
          onOpen={setOpened}
          empty={
            isFiltered(search) ? (
              <EmptyState title="No line fits this filter">Widen it, or clear it to see everything.</EmptyState>
            ) : (
              <EmptyState title="Nothing was logged yet" />
            )
          }
        />
      )}
      <LineDialog line={opened} onClose={() => setOpened(null)} />
    </Panel>
  );
}

const COLUMNS: readonly Column<LogLine>[] = [
  { id: "time", header: "Time", cell: (line) => <Time at={line.timestamp} /> },
  { id: "level", header: "Level", cell: (line) => <Level level={line.level} /> },
  { id: "category", header: "Category", cell: (line) => <span className="dim">{line.category}</span> },
  { id: "message", header: "Message", cell: (line) => line.message, wide: true },
];

const LEVEL_LOOK: Record<LogLine["level"], readonly [string, string]> = {
  info: ["", "dim"],
  warning: ["▲ ", "tone-warn"],
  error: ["✕ ", "tone-danger"],
};

function Level({ level }: { level: LogLine["level"] }) {
  const [mark, tone] = LEVEL_LOOK[level];
  return (
    <span className={`nowrap ${tone}`}>
      <span aria-hidden="true">{mark}</span>
      {level}
    </span>
  );
}

function LineDialog({ line, onClose }: { line: LogLine | null; onClose: () => void }) {
  return (
    <Dialog
      open={line !== null}
      onClose={onClose}
      title="Line of the log"
      footer={
        <button type="button" className="button" data-autofocus onClick={onClose}>
          Close
        </button>
      }
    >
      {line && (
        <>
          <p>{line.message}</p>
          <Facts>
            <Fact name="Time">
              <Time at={line.timestamp} as="full" />
            </Fact>
            <Fact name="Level">
              <Level level={line.level} />
            </Fact>
            <Fact name="Category">{line.category}</Fact>
          </Facts>
          <RawJson title="Details" value={line.details} open />
        </>
      )}
    </Dialog>
  );
}
