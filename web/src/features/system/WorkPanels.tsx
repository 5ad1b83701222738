// What the trader keeps going: its connections to the exchange, and what it does by the clock.
import { useQuery } from "@tanstack/react-query";
import type { Schemas } from "@/api/client";
import { type Column, DataTable } from "@/components/DataTable";
import { Time } from "@/components/figures";
import { Panel } from "@/components/Panel";
import { Answer, EmptyState } from "@/components/states";
import { count, duration } from "@/format/format";
import { SYSTEM_EVERY_MS, systemQuery } from "./queries";

type Feed = Schemas["FeedView"];
type Job = Schemas["JobView"];

const FEEDS: readonly Column<Feed>[] = [
  { id: "name", header: "Feed", cell: (feed) => feed.name, value: (feed) => feed.name },
  {
    id: "state",
    header: "State",
    cell: (feed) =>
      feed.connected ? (
        <span className="tone-gain">● connected</span>
      ) : (
        <span className="tone-danger">✕ not connected</span>
      ),
  },
  { id: "subscriptions", header: "Subscriptions", align: "end", cell: (feed) => count(feed.subscriptions) },
  { id: "reconnects", header: "Reconnects", align: "end", cell: (feed) => count(feed.reconnects) },
  { id: "last", header: "Last message", align: "end", cell: (feed) => <Time at={feed.lastMessageAt} as="clock" /> },
];

export function FeedsPanel() {
  const system = useQuery(systemQuery());
  return (
    <Panel title={<b>Feeds</b>} flush>
      <Answer query={system} staleAfterMs={3 * SYSTEM_EVERY_MS} loadingLines={2}>
        {({ feeds }) => (
          <DataTable
            label="Feeds of the trader"
            columns={FEEDS}
            rows={feeds}
            rowId={(feed) => feed.name}
            empty={<EmptyState title="The trader tells of no feed" />}
          />
        )}
      </Answer>
    </Panel>
  );
}

const JOBS: readonly Column<Job>[] = [
  { id: "name", header: "Job", cell: (job) => job.name.replaceAll(/[-_]/g, " "), value: (job) => job.name },
  { id: "every", header: "Every", align: "end", cell: (job) => duration(job.everySeconds * 1000) },
  { id: "started", header: "Last begun", align: "end", cell: (job) => <Time at={job.lastStartedAt} /> },
  { id: "took", header: "Took", align: "end", cell: (job) => duration(tookMs(job)) },
];

/** Null while it runs for the first time, or runs now. */
function tookMs({ lastStartedAt, lastEndedAt }: Job): number | null {
  if (lastStartedAt === null || lastEndedAt === null || lastEndedAt < lastStartedAt) return null;
  return lastEndedAt - lastStartedAt;
}

export function JobsPanel() {
  const system = useQuery(systemQuery());
  return (
    <Panel title={<b>Jobs</b>} flush>
      <Answer query={system} staleAfterMs={3 * SYSTEM_EVERY_MS} loadingLines={2}>
        {({ jobs }) => (
          <DataTable
            label="Jobs of the trader"
            columns={JOBS}
            rows={jobs}
            rowId={(job) => job.name}
            empty={<EmptyState title="The trader tells of no job" />}
          />
        )}
      </Answer>
    </Panel>
  );
}
