// How this web process serves: its requests by route, as it counted them since it started.
import { useQuery } from "@tanstack/react-query";
import { type Column, DataTable } from "@/components/DataTable";
import { Panel } from "@/components/Panel";
import { Answer, EmptyState } from "@/components/states";
import { bytes, count, duration } from "@/format/format";
import { figureOf, type Route, routesOf } from "./exposition";
import { METRICS_EVERY_MS, metricsQuery } from "./queries";

const ms = (seconds: number | null): string => duration(seconds === null ? null : seconds * 1000);

const COLUMNS: readonly Column<Route>[] = [
  {
    id: "route",
    header: "Route",
    cell: (route) => (
      <span className="nowrap">
        <span className="dim">{route.method}</span> {route.route}
      </span>
    ),
    value: (route) => route.route,
  },
  { id: "requests", header: "Requests", align: "end", cell: (r) => count(r.requests), value: (r) => r.requests },
  {
    id: "faults",
    header: "Faults",
    align: "end",
    cell: (r) => <span className={r.faults > 0 ? "tone-danger" : "dim"}>{count(r.faults)}</span>,
    value: (r) => r.faults,
  },
  { id: "median", header: "Median", align: "end", cell: (r) => ms(r.median), value: (r) => r.median },
  { id: "p95", header: "95 %", align: "end", cell: (r) => ms(r.p95), value: (r) => r.p95 },
];

export function ServerPanel() {
  const metrics = useQuery(metricsQuery());
  const samples = metrics.data ?? [];
  const memory = figureOf(samples, "process_resident_memory_bytes");
  return (
    <Panel
      title={<b>Web process</b>}
      flush
      tools={memory !== null && <span className="dim nowrap">{bytes(memory)} of memory</span>}
    >
      <Answer query={metrics} staleAfterMs={3 * METRICS_EVERY_MS}>
        {(data) => (
          <DataTable
            label="Requests by route"
            columns={COLUMNS}
            rows={routesOf(data)}
            rowId={(route) => `${route.method} ${route.route}`}
            height="22rem"
            empty={<EmptyState title="No request was counted yet" />}
          />
        )}
      </Answer>
    </Panel>
  );
}
