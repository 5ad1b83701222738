// What runs here, since when, and how much it has stored.
import { useQuery } from "@tanstack/react-query";
import type { Schemas } from "@/api/client";
import { type Column, DataTable } from "@/components/DataTable";
import { Fact, Facts } from "@/components/Facts";
import { Time } from "@/components/figures";
import { Panel } from "@/components/Panel";
import { Answer, EmptyState } from "@/components/states";
import { bytes, count, UNKNOWN } from "@/format/format";
import { SYSTEM_EVERY_MS, systemQuery } from "./queries";

type Table = Schemas["TableSize"];

const TABLES: readonly Column<Table>[] = [
  { id: "name", header: "Table", cell: (table) => table.name, value: (table) => table.name },
  { id: "rows", header: "Rows, about", align: "end", cell: (table) => count(table.rows), value: (table) => table.rows },
  { id: "bytes", header: "Size", align: "end", cell: (table) => bytes(table.bytes), value: (table) => table.bytes },
];

export function VersionsPanel() {
  const system = useQuery(systemQuery());
  return (
    <Panel title={<b>Versions and database</b>} flush>
      <Answer query={system} staleAfterMs={3 * SYSTEM_EVERY_MS} loadingLines={6}>
        {({ versions, database, startedAt, webStartedAt }) => (
          <>
            <div className="versions-facts">
              <Facts>
                <Fact name="FadeArena">{versions.fadearena}</Fact>
                <Fact name="Schema">{versions.schema ?? UNKNOWN}</Fact>
                <Fact name="PostgreSQL">{versions.postgresql}</Fact>
                <Fact name="Python">{versions.python}</Fact>
                <Fact name="Trader since">
                  <Time at={startedAt} />
                </Fact>
                <Fact name="Web since">
                  <Time at={webStartedAt} />
                </Fact>
                <Fact name="Database">{bytes(database.sizeBytes)}</Fact>
              </Facts>
            </div>
            <DataTable
              label="Tables of the database"
              columns={TABLES}
              rows={database.tables}
              rowId={(table) => table.name}
              initialSort={{ id: "bytes", desc: true }}
              height="20rem"
              empty={<EmptyState title="No table yet" />}
            />
          </>
        )}
      </Answer>
    </Panel>
  );
}
