// Somebody saved while this draft was open: who, what, and a way to move the draft onto it.
import { Time } from "@/components/figures";
import { Panel } from "@/components/Panel";
import { Differences } from "./Differences";
import type { SettingsView } from "./definitions";
import { difference } from "./draft";
import type { Draft } from "./useDraft";
import { flatten } from "./values";

interface ConflictNoticeProps {
  draft: Draft;
  latest: SettingsView;
  /** Every version known, newest first. */
  versions: readonly SettingsView[];
  bots: readonly string[];
  nameOf: (bot: string) => string;
  onRebase: () => void;
}

const PLACE = "settings-conflict";

/** Brings the notice into sight and focus. */
export function showConflict(): void {
  const notice = document.getElementById(PLACE);
  notice?.focus({ preventScroll: true });
  notice?.scrollIntoView({ block: "center" });
}

export function ConflictNotice({ draft, latest, versions, bots, nameOf, onRebase }: ConflictNoticeProps) {
  const { base } = draft;
  const since = versions.filter((version) => version.version > base.version && version.version <= latest.version);
  const shown = since.length > 0 ? since : [latest];
  return (
    <div role="alert" id={PLACE} tabIndex={-1}>
      <Panel title={<b className="tone-warn">Version {latest.version} was saved meanwhile</b>} className="conflict">
        <p>
          Your changes were made from version {base.version}. Nothing of them is lost: move them onto version{" "}
          {latest.version}, look at what is different, and save again.
        </p>
        <ol className="conflict-versions">
          {shown.map((version) => {
            const before = versions.find((each) => each.version === version.version - 1) ?? base;
            return (
              <li key={version.version}>
                <p>
                  Version {version.version} by <b>{version.updatedBy}</b>, <Time at={version.updatedAt} as="full" />
                </p>
                <Differences changes={difference(flatten(before, bots), flatten(version, bots))} nameOf={nameOf} />
              </li>
            );
          })}
        </ol>
        <p className="button-row">
          <button type="button" className="button button-primary" onClick={onRebase}>
            Move my changes onto version {latest.version}
          </button>
          <button type="button" className="button" onClick={draft.discard}>
            Discard mine
          </button>
        </p>
      </Panel>
    </div>
  );
}
