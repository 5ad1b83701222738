// What changes: old → new, each with what it will do where that is asked for.
import { labelOf, placeOf } from "./definitions";
import type { Change } from "./draft";
import { effectOf, type Facts } from "./effects";
import { written } from "./values";

interface DifferencesProps {
  changes: readonly Change[];
  nameOf: (bot: string) => string;
  /** Given: each change says what it will do. */
  facts?: Facts;
}

export function Differences({ changes, nameOf, facts }: DifferencesProps) {
  return (
    <ul className="differences">
      {changes.map((change) => {
        const place = placeOf(change.path);
        if (place === null) return null;
        return (
          <li key={change.path} data-path={change.path}>
            <span className="difference-name">{labelOf(place, nameOf)}</span>
            <span className="difference-values">
              <del>{written(change.path, change.from)}</del>
              <span aria-hidden="true"> → </span>
              <span className="visually-hidden">becomes</span>
              <ins>{written(change.path, change.to)}</ins>
            </span>
            {facts && <span className="difference-effect">{effectOf(change, facts)}</span>}
          </li>
        );
      })}
    </ul>
  );
}
