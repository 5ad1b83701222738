// The table of decisions: as many as there are, drawn as far as they are seen.
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import type { Keyset } from "@/api/keyset";
import { botsQuery } from "@/api/queries";
import { BotChip } from "@/components/BotChip";
import { type Column, DataTable } from "@/components/DataTable";
import { Size, Time } from "@/components/figures";
import { ListEnd, NewRows } from "@/components/ListEnd";
import { Answer, EmptyState } from "@/components/states";
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
  const bots = useQuery(botsQuery()).data?.bots;
  const columns = useMemo(() => columnsOf(new Map(bots?.map((bot) => [bot.id, bot.name]))), [bots]);
  if (isImpossible(search))
    return <EmptyState title="No moment lies in this range">It ends before it begins. Correct From or To.</EmptyState>;
  return (
    <Answer query={decisions} staleAfterMs={3 * POLL_MS} loadingLines={12}>
      {(rows) => (
        <div className="list-body" aria-busy={decisions.isBefore}>
          <NewRows
            count={decisions.newer}
            more={decisions.newerIsMore}
            what="decision"
            begunAt={decisions.begunAt}
            readAt={decisions.dataUpdatedAt}
            onShow={decisions.showNewer}
          />
          <DataTable
            key={rows[0]?.id}
            label="Decisions, newest first"
            columns={columns}
            rows={rows}
            rowId={(decision) => decision.id}
            height="max(24rem, calc(100dvh - 21rem))"
            total={decisions.totalIsEstimate ? -1 : decisions.total}
            onOpen={({ id }) => void navigate({ to: "/decisions/$decisionId", params: { decisionId: id } })}
            onEnd={decisions.more.fetch}
            footer={<ListEnd shown={rows.length} {...decisions.more} />}
            empty={<Nothing search={search} known={bots?.some((bot) => bot.id === search.botId)} />}
          />
        </div>
      )}
    </Answer>
  );
}

function columnsOf(names: ReadonlyMap<string, string>): readonly Column<Decision>[] {
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
}

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
