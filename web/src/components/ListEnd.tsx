// The two ends of an endless list: rows that came since are announced above it, never pushed in; below it says what is
// being loaded, what failed, and when all is shown.
import { count } from "@/format/format";

interface NewRowsProps {
  count: number;
  /** There are more than were counted. */
  more: boolean;
  /** One of them: "trade". */
  what: string;
  onShow: () => void;
}

export function NewRows({ count: rows, more, what, onShow }: NewRowsProps) {
  return (
    <div className="new-rows" role="status">
      {rows > 0 && (
        <button type="button" className="button button-primary" onClick={onShow}>
          <span aria-hidden="true">↑</span>
          {count(rows)}
          {more ? "+" : ""} new <span className="visually-hidden">{rows === 1 ? what : `${what}s`}: show</span>
        </button>
      )}
    </div>
  );
}

interface ListEndProps {
  shown: number;
  has: boolean;
  busy: boolean;
  error: unknown;
  fetch: () => void;
}

export function ListEnd({ shown, has, busy, error, fetch }: ListEndProps) {
  if (error !== null && error !== undefined)
    return (
      <>
        <span className="tone-danger">
          {count(shown)} shown; the next could not be read
          {error instanceof Error ? `: ${error.message}` : "."}
        </span>
        <button type="button" className="button" onClick={fetch}>
          Try again
        </button>
      </>
    );
  if (!has) return <span>All {count(shown)} shown</span>;
  return (
    <>
      <span>
        {count(shown)} loaded{busy && ", loading more"}
      </span>
      <button type="button" className="button button-quiet" onClick={fetch} disabled={busy}>
        Load more
      </button>
    </>
  );
}
