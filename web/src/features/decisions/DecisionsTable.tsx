// The table of decisions: as many as there are, drawn as far as they are seen.
import { Link, useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { useBotNames } from "@/api/bots";
import type { Keyset } from "@/api/keyset";
import { usePublic } from "@/api/public";
import { BotChip } from "@/components/BotChip";
import type { Column } from "@/components/DataTable";
import { EndlessTable, IMPOSSIBLE_RANGE } from "@/components/EndlessTable";
import { Size, Time } from "@/components/figures";
import { EmptyState } from "@/components/states";
import { Outcome } from "./Outcome";
import { type DecisionsSearch, isFiltered, isImpossible } from "./search";
import { type Decision, POLL_MS } from "./useDecisions";
import { plain, SKIP_CODES } from "./words";

interface DecisionsTableProps {
  search: DecisionsSearch;
  decisions: Keyset<Decision>;
}

export function DecisionsTable({ search, decisions }: DecisionsTableProps) {
  const navigate = useNavigate();
  const names = useBotNames();
  const shownToPublic = usePublic();
  const columns = useMemo(() => columnsOf(names ?? new Map(), shownToPublic), [names, shownToPublic]);
  if (isImpossible(search)) return <EmptyState {...IMPOSSIBLE_RANGE} />;
  return (
    <EndlessTable
      list={decisions}
      what="decision"
      label="Decisions, newest first"
      columns={columns}
      pollMs={POLL_MS}
      onOpen={({ id }) => void navigate({ to: "/decisions/$decisionId", params: { decisionId: id } })}
      empty={<Nothing search={search} known={names?.has(search.botId ?? "")} />}
    />
  );
}

function columnsOf(names: ReadonlyMap<string, string>, shownToPublic: boolean): readonly Column<Decision>[] {
  return [
    {
      id: "time",
      header: "Time",
      cell: (decision) => (
        <span className="decision-time">
          <Link to="/decisions/$decisionId" params={{ decisionId: decision.id }}>
            <Time at={decision.timestamp} />
          </Link>
          <Outcome decision={decision} />
        </span>
      ),
    },
    { id: "bot", header: "Bot", cell: (decision) => <BotChip id={decision.botId} name={names.get(decision.botId)} /> },
    { id: "asset", header: "Asset", cell: (decision) => <b>{decision.asset}</b> },
    {
      id: "code",
      header: "Reason",
      cell: (decision) => <code>{plain((decision.reason ?? decision.skipReason)?.code ?? "")}</code>,
    },
    { id: "why", header: "Why", wide: true, cell: (decision) => <Why decision={decision} /> },
    ...(shownToPublic ? [] : SIZES),
  ];
}

/** The public is not told how much. */
const SIZES: readonly Column<Decision>[] = [
  {
    id: "target",
    header: "Target",
    align: "end",
    hideOnPhone: true,
    cell: (decision) => <Size value={decision.targetSize} plus />,
  },
  {
    id: "delta",
    header: "Delta",
    align: "end",
    hideOnPhone: true,
    cell: (decision) => <Size value={decision.deltaSize} plus />,
  },
  { id: "order", header: "Order", align: "end", cell: (decision) => <Size value={decision.orderSize} plus /> },
];

function Why({ decision }: { decision: Decision }) {
  const sentence = (decision.reason ?? decision.skipReason)?.sentence ?? "";
  if (decision.leaderId === null) return sentence;
  return (
    <>
      {sentence.replace(/: decision [0-9a-f-]+$/, "")}{" "}
      <Link
        to="/decisions/$decisionId"
        params={{ decisionId: decision.leaderId }}
        onClick={(event) => event.stopPropagation()}
      >
        that decision
      </Link>
    </>
  );
}

function Nothing({ search, known }: { search: DecisionsSearch; known: boolean | undefined }) {
  const { botId, code } = search;
  if (botId !== undefined && known === false)
    return <EmptyState title="No such bot">No bot of the id “{botId}” is watched.</EmptyState>;
  if (code !== undefined && !SKIP_CODES.includes(code))
    return <EmptyState title="No such reason">Nothing is ever skipped because of “{plain(code)}”.</EmptyState>;
  if (isFiltered(search))
    return <EmptyState title="No decision fits this filter">Widen it, or clear it to see everything.</EmptyState>;
  return (
    <EmptyState title="Nothing was decided yet">
      With the first fill of a bot, the first decision appears here.
    </EmptyState>
  );
}
