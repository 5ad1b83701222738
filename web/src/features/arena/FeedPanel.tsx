// What happens, as it happens: their fills, our orders against them, and what we let pass and why.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { memo, useMemo, useState } from "react";
import { useBotNames } from "@/api/bots";
import { usePublic } from "@/api/public";
import { latestDecisionsQuery, latestTradesQuery } from "@/api/queries";
import { BotChip } from "@/components/BotChip";
import { Segments } from "@/components/fields";
import { Delta, Price, Side, Size, Time } from "@/components/figures";
import { Panel } from "@/components/Panel";
import { Answer, EmptyState } from "@/components/states";
import { useLive } from "@/live/store";
import { type FeedRow, feedRows } from "./feedRows";

const LIMIT = 60;
const KINDS = [
  { value: "all", label: "All" },
  { value: "bot", label: "Theirs" },
  { value: "mine", label: "Ours" },
  { value: "skip", label: "Skipped" },
] as const;
type Kind = (typeof KINDS)[number]["value"];

export function FeedPanel() {
  const [kind, setKind] = useState<Kind>("all");
  const items = useLive((live) => live.items);
  const trades = useQuery(latestTradesQuery({ limit: LIMIT }));
  const skips = useQuery(latestDecisionsQuery({ decision: "skip", limit: LIMIT })).data?.decisions;
  const names = useBotNames();
  const shownToPublic = usePublic();
  const told = useMemo(
    () => new Set([...(trades.data?.trades ?? []), ...(skips ?? [])].map((each) => each.id)),
    [trades.data, skips],
  );
  const rows = useMemo(
    () => feedRows(items, trades.data?.trades ?? [], skips ?? []).filter((row) => kind === "all" || row.kind === kind),
    [items, trades.data, skips, kind],
  );
  return (
    <Panel
      title={<b>Live feed</b>}
      flush
      tools={
        <Segments
          label="What the feed shows"
          value={kind}
          options={shownToPublic ? KINDS.filter(({ value }) => value !== "mine") : KINDS}
          onChange={setKind}
        />
      }
    >
      <Answer query={trades} loadingLines={8}>
        {() =>
          rows.length === 0 ? (
            <EmptyState title="Nothing has happened yet">Fills and orders appear here as they happen.</EmptyState>
          ) : (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
            // biome-ignore lint/a11y/useSemanticElements: a section would want a heading of its own
            <div className="feed" tabIndex={0} role="region" aria-label="Live feed, newest first" data-testid="feed">
              <ol>
                {rows.map((row) => (
                  <Line key={row.id} row={row} name={names?.get(row.botId ?? "")} fresh={!told.has(row.id)} />
                ))}
              </ol>
            </div>
          )
        }
      </Answer>
    </Panel>
  );
}

const WORDS: Record<FeedRow["kind"], string> = { bot: "BOT", mine: "FADE", skip: "SKIP" };

interface LineProps {
  row: FeedRow;
  name: string | undefined;
  fresh: boolean;
}

const Line = memo(function Line({ row, name, fresh }: LineProps) {
  return (
    <li className={`feed-line ${fresh ? "flash" : ""}`} data-kind={row.kind} data-id={row.id}>
      <Time at={row.time} />
      <span className="feed-kind">{WORDS[row.kind]}</span>
      {row.botId !== null && <BotChip id={row.botId} name={name} />}
      <span className="feed-what">
        {row.side !== null && <Side side={row.side} />} {row.size !== null && <Size value={row.size} />} {row.asset}
        {row.price !== null && (
          <span className="dim">
            {" "}
            @ <Price value={row.price} />
          </span>
        )}
        {row.pnl !== null && row.pnl !== 0 && (
          <>
            {" "}
            <Delta value={row.pnl} digits={0} />
          </>
        )}
        {row.note !== null && <span className="dim"> {row.note}</span>}
        {row.decisionId !== null && (
          <>
            {" "}
            <Link
              to="/decisions/$decisionId"
              params={{ decisionId: row.decisionId }}
              aria-label={`Why: ${WORDS[row.kind]} ${row.asset}`}
            >
              why
            </Link>
          </>
        )}
      </span>
    </li>
  );
});
