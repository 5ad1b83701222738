// Every version that was ever in force: who made it, what it changed, and a way back.
import type { UseInfiniteQueryResult } from "@tanstack/react-query";
import { Time } from "@/components/figures";
import { Panel } from "@/components/Panel";
import { Answer } from "@/components/states";
import { Differences } from "./Differences";
import type { SettingsView } from "./definitions";
import { difference } from "./draft";
import { flatten } from "./values";

interface HistoryPanelProps {
  query: Pick<
    UseInfiniteQueryResult<unknown>,
    "error" | "isPending" | "dataUpdatedAt" | "refetch" | "hasNextPage" | "isFetchingNextPage" | "fetchNextPage"
  >;
  versions: readonly SettingsView[] | undefined;
  current: number;
  bots: readonly string[];
  nameOf: (bot: string) => string;
  /** Null where nothing may be written. */
  onRestore: ((version: SettingsView) => void) | null;
}

export function HistoryPanel({ query, versions, current, bots, nameOf, onRestore }: HistoryPanelProps) {
  return (
    <Panel title={<b>Versions</b>} flush>
      <Answer query={{ ...query, data: versions }}>
        {(found) => (
          <ol className="versions" aria-label="Versions, newest first">
            {found.map((version, index) => (
              <Version
                key={version.version}
                version={version}
                before={found[index + 1]}
                bots={bots}
                nameOf={nameOf}
                inForce={version.version === current}
                onRestore={version.version === current ? null : onRestore}
              />
            ))}
          </ol>
        )}
      </Answer>
      {query.hasNextPage && (
        <div className="table-more">
          <button
            type="button"
            className="button"
            disabled={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            Older versions
          </button>
        </div>
      )}
    </Panel>
  );
}

interface VersionProps {
  version: SettingsView;
  before: SettingsView | undefined;
  bots: readonly string[];
  nameOf: (bot: string) => string;
  inForce: boolean;
  onRestore: ((version: SettingsView) => void) | null;
}

function Version({ version, before, bots, nameOf, inForce, onRestore }: VersionProps) {
  const changes = before && difference(flatten(before, bots), flatten(version, bots));
  const modeChanged = before !== undefined && before.mode !== version.mode;
  return (
    <li className="version">
      <div className="version-head">
        <b>v{version.version}</b>
        <Time at={version.updatedAt} />
        <span className="dim">by {version.updatedBy}</span>
        {inForce && <span className="badge tone-gain">in force</span>}
        {onRestore && (
          <button type="button" className="button button-quiet" onClick={() => onRestore(version)}>
            Restore<span className="visually-hidden"> version {version.version}</span>
          </button>
        )}
      </div>
      {modeChanged && (
        <p>
          Mode: {before.mode} → <b>{version.mode}</b>
        </p>
      )}
      {changes && changes.length > 0 && <Differences changes={changes} nameOf={nameOf} />}
      {changes?.length === 0 && !modeChanged && (
        <p className="dim">No setting changed: bots were added, renamed or removed.</p>
      )}
      {before === undefined && version.version === 1 && <p className="dim">What was there at first.</p>}
    </li>
  );
}
