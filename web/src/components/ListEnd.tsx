// The two ends of an endless list: rows that came since are announced above it, never pushed in; below it says what is
// being loaded, what failed, and when all is shown.
import { useEffect, useRef } from "react";
import { count } from "@/format/format";

const JUST_MS = 2000;

interface NewRowsProps {
  count: number;
  /** There are more than were counted. */
  more: boolean;
  /** One of them: "trade". */
  what: string;
  /** This machine's clock when the list below was begun, and when the newest rows were last read: with them, who comes
   *  back to a list that was left at its top finds it new. */
  begunAt?: number;
  readAt?: number;
  onShow: () => void;
}

/** Stands right above the list. */
export function NewRows({ count: rows, more, what, begunAt, readAt, onShow }: NewRowsProps) {
  const place = useRef<HTMLDivElement>(null);
  const cameAt = useRef(Date.now());
  const settled = useRef(begunAt === undefined || begunAt >= cameAt.current - JUST_MS);
  useEffect(() => {
    if (settled.current || readAt === undefined || readAt < cameAt.current) return;
    settled.current = true;
    if (rows > 0 && place.current?.nextElementSibling?.scrollTop === 0) onShow();
  }, [rows, readAt, onShow]);
  return (
    <div className="new-rows" role="status" ref={place}>
      {rows === 0 ? (
        "Newest first"
      ) : (
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
