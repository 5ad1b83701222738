// The draft of a person: which version it is made from, what was touched, and what the server said about it.
import { useMemo, useState } from "react";
import type { Path, Scalar, SettingsView } from "./definitions";
import { type Change, changesOf, type Edits, edited, faultsIn, type Rebased, rebased, textAt, undone } from "./draft";
import { type Flat, flatten } from "./values";

export interface Draft {
  /** The version it is made from. */
  base: SettingsView;
  flat: Flat;
  edits: Edits;
  /** Whether anything was touched, sound or not. */
  touched: boolean;
  changes: readonly Change[];
  /** By path: as typed, else as the server said. */
  faults: Readonly<Record<Path, string>>;
  text: (path: Path) => string;
  /** The saved value. */
  saved: (path: Path) => Scalar;
  isChanged: (path: Path) => boolean;
  set: (path: Path, text: string) => void;
  undo: (path: Path) => void;
  discard: () => void;
  /** Takes edits over as they are, e.g. those that restore a version. */
  take: (edits: Edits) => void;
  refuse: (faults: Record<Path, string>) => void;
  /** A version of ours was saved: nothing is open any more. */
  settle: (saved: SettingsView) => void;
  /** Moves what is open onto a newer version. */
  rebase: (newer: SettingsView) => Rebased["clashes"];
}

export function useDraft(latest: SettingsView, bots: readonly string[]): Draft {
  const [base, setBase] = useState(latest);
  const [edits, setEdits] = useState<Edits>({});
  const [refused, setRefused] = useState<Record<Path, string>>({});
  const touched = Object.keys(edits).length > 0;
  // Nothing is open: a newer version is simply shown.
  if (!touched && latest.version > base.version) setBase(latest);
  const flat = useMemo(() => flatten(base, bots), [base, bots]);
  const changes = useMemo(() => changesOf(flat, edits), [flat, edits]);
  const faults = useMemo(() => ({ ...refused, ...faultsIn(edits) }), [refused, edits]);
  const forget = (path: Path): void => setRefused((known) => undone(known, path));
  return {
    base,
    flat,
    edits,
    touched,
    changes,
    faults,
    text: (path) => textAt(flat, edits, path),
    saved: (path) => flat[path] ?? null,
    isChanged: (path) => path in edits,
    set(path, text) {
      setEdits((known) => edited(flat, known, path, text));
      forget(path);
    },
    undo(path) {
      setEdits((known) => undone(known, path));
      forget(path);
    },
    discard() {
      setEdits({});
      setRefused({});
    },
    take: (taken) => {
      setEdits(taken);
      setRefused({});
    },
    refuse: setRefused,
    settle(saved) {
      setBase(saved);
      setEdits({});
      setRefused({});
    },
    rebase(newer) {
      const moved = rebased(flat, flatten(newer, bots), edits);
      setBase(newer);
      setEdits(moved.edits);
      return moved.clashes;
    },
  };
}
