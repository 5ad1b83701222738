// What a person changed and has not saved: texts by path over a version of the settings. Pure.
import { BOTS, CAPS, type Path, placeOf, type Scalar } from "./definitions";
import { type Flat, read, textOf } from "./values";

/** Only what was touched; anything else stands as in the base. */
export type Edits = Readonly<Record<Path, string>>;

export interface Change {
  path: Path;
  from: Scalar;
  to: Scalar;
}

/** The text at a path as it is on the screen. */
export function textAt(base: Flat, edits: Edits, path: Path): string {
  return edits[path] ?? textOf(base[path]);
}

/** What is wrong as typed, by path. */
export function faultsIn(edits: Edits): Record<Path, string> {
  const faults: Record<Path, string> = {};
  for (const [path, text] of Object.entries(edits)) {
    const reading = read(path, text);
    if (!reading.ok) faults[path] = reading.fault;
  }
  return faults;
}

/** What would be different, in the order in which it was touched; what can't be read is not among it. */
export function changesOf(base: Flat, edits: Edits): Change[] {
  const changes: Change[] = [];
  for (const [path, text] of Object.entries(edits)) {
    const reading = read(path, text);
    const from = base[path] ?? null;
    if (reading.ok && reading.value !== from) changes.push({ path, from, to: reading.value });
  }
  return changes;
}

/** The edits with one more; a text that says what the base says is no edit. */
export function edited(base: Flat, edits: Edits, path: Path, text: string): Edits {
  const { [path]: _, ...others } = edits;
  const reading = read(path, text);
  const same = path in base && reading.ok && reading.value === base[path] && text.trim() === textOf(base[path]);
  return same ? others : { ...others, [path]: text };
}

/** The edits without one. */
export function undone(edits: Edits, path: Path): Edits {
  const { [path]: _, ...others } = edits;
  return others;
}

/** What differs between two versions, by path. */
export function difference(before: Flat, after: Flat): Change[] {
  const paths = new Set([...Object.keys(before), ...Object.keys(after)]);
  const changes: Change[] = [];
  for (const path of paths) {
    const from = before[path] ?? null;
    const to = after[path] ?? null;
    if (from !== to && !isAbsentBot(before, after, path)) changes.push({ path, from, to });
  }
  return changes;
}

/** Whether one of two versions knows nothing of a bot: it was added or removed, which is not a setting that changed. */
function isAbsentBot(before: Flat, after: Flat, path: Path): boolean {
  return path.startsWith(BOTS) && (!(path in before) || !(path in after));
}

/** The edits that would bring `current` to an earlier version; bots that are no longer watched are left out. */
export function restoring(current: Flat, earlier: Flat, watched: readonly string[]): Edits {
  const edits: Record<Path, string> = {};
  for (const { path, to } of difference(current, earlier)) {
    const place = placeOf(path);
    if (place === null || (place.kind === "bot" && !watched.includes(place.bot))) continue;
    edits[path] = textOf(to);
  }
  return edits;
}

export interface Rebased {
  edits: Edits;
  /** Both sides changed these, and differently. */
  clashes: { path: Path; theirs: Scalar; mine: string }[];
}

/** The edits over a newer base: what now says the same falls away, what both changed is named and mine is kept. */
export function rebased(old: Flat, newer: Flat, edits: Edits): Rebased {
  const kept: Record<Path, string> = {};
  const clashes: Rebased["clashes"] = [];
  for (const [path, text] of Object.entries(edits)) {
    const theirs = newer[path] ?? null;
    const reading = read(path, text);
    if (reading.ok && reading.value === theirs) continue;
    kept[path] = text;
    if (theirs !== (old[path] ?? null)) clashes.push({ path, theirs, mine: text });
  }
  return { edits: kept, clashes };
}

/** Assets with a row: those with a cap, and those that are being given one. */
export function cappedAssets(base: Flat, edits: Edits): string[] {
  const assets = new Set<string>();
  for (const path of [...Object.keys(base), ...Object.keys(edits)])
    if (path.startsWith(CAPS)) assets.add(path.slice(CAPS.length));
  return [...assets];
}

/** The body of POST /api/settings: nothing but what changes. */
export function bodyOf(changes: readonly Change[]): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  const caps: Record<string, Scalar> = {};
  const bots = new Map<string, Record<string, Scalar>>();
  for (const { path, to } of changes) {
    const place = placeOf(path);
    if (place?.kind === "cap") caps[place.asset] = to;
    else if (place?.kind === "bot") bots.set(place.bot, { ...bots.get(place.bot), [place.field]: to });
    else body[path] = to;
  }
  if (Object.keys(caps).length > 0) body.assetExposureCaps = caps;
  if (bots.size > 0) body.botConfigs = Array.from(bots, ([id, fields]) => ({ id, ...fields }));
  return body;
}
