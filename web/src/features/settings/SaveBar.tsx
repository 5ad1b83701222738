// Stays in sight while anything is open: how much, whether it is sound, and the way to save or drop it.
import { count } from "@/format/format";
import { showConflict } from "./ConflictNotice";
import type { Draft } from "./useDraft";

interface SaveBarProps {
  draft: Draft;
  /** A newer version is in force: the draft has to be moved onto it first. */
  behind: boolean;
  onReview: () => void;
}

export function SaveBar({ draft, behind, onReview }: SaveBarProps) {
  if (!draft.touched) return null;
  const faults = Object.keys(draft.faults).length;
  const changes = draft.changes.length;
  return (
    <section className="save-bar" aria-label="Unsaved changes">
      <p role="status">
        {changes === 0 ? "Nothing to save yet" : `${count(changes)} unsaved ${changes === 1 ? "change" : "changes"}`}
        {faults > 0 && (
          <span className="tone-danger">
            {" "}
            · {count(faults)} {faults === 1 ? "field is" : "fields are"} wrong
          </span>
        )}
        {behind && <span className="tone-warn"> · made from an older version</span>}
      </p>
      {behind && (
        <button type="button" className="button button-quiet" onClick={showConflict}>
          See what changed
        </button>
      )}
      {faults > 0 && (
        <button type="button" className="button button-quiet" onClick={showFault}>
          Show
        </button>
      )}
      <button type="button" className="button" onClick={draft.discard}>
        Discard
      </button>
      <button
        type="button"
        className="button button-primary"
        disabled={changes === 0 || faults > 0 || behind}
        onClick={onReview}
      >
        Review and save
      </button>
    </section>
  );
}

/** Brings the first wrong field into sight and focus. */
export function showFault(): void {
  const field = document.querySelector<HTMLElement>(".settings [aria-invalid='true']");
  field?.focus();
  field?.scrollIntoView({ block: "center" });
}
