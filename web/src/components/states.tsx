// What is shown where there is nothing to show: empty, loading, failed, or old.
import { type ReactNode, useEffect, useState } from "react";
import { duration } from "@/format/format";

/** There is nothing, and why, and what to do about it. */
export function EmptyState({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="state">
      <p className="state-title">{title}</p>
      {children}
    </div>
  );
}

/** Lines that breathe where rows will be, so that nothing jumps when they come. */
export function LoadingState({ lines = 4, label = "Loading" }: { lines?: number; label?: string }) {
  return (
    <div className="state" role="status" style={{ justifyItems: "stretch" }}>
      <span className="visually-hidden">{label}</span>
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines have nothing but their place
        <span key={line} className="skeleton" style={{ width: `${92 - ((line * 17) % 40)}%` }} />
      ))}
    </div>
  );
}

interface ErrorStateProps {
  error: unknown;
  /** A button to try again, where that makes sense. */
  onRetry?: () => void;
}

export function ErrorState({ error, onRetry }: ErrorStateProps) {
  return (
    <div className="state state-error" role="alert">
      <p className="state-title">This could not be read</p>
      <p>{error instanceof Error ? error.message : "The reason is not known."}</p>
      {onRetry && (
        <button type="button" className="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}

interface StaleProps {
  /** This machine's clock when what is inside was read, ms; null while nothing was. */
  at: number | null;
  /** Three times the interval at which news are expected. */
  afterMs: number;
  children: ReactNode;
}

/** Greys out what is inside once it is too old, and says how old: old numbers never look live. */
export function Stale({ at, afterMs, children }: StaleProps) {
  const now = useNow(1000);
  const age = at === null ? null : now - at;
  const old = age !== null && age > afterMs;
  return (
    <div className="stale-box">
      {old && (
        <p className="stale-note">
          Stale: last heard <span className="nowrap">{duration(age)}</span> ago
        </p>
      )}
      <div className={old ? "stale" : undefined}>{children}</div>
    </div>
  );
}

/** This machine's clock, ticking. */
export function useNow(everyMs: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

interface AnswerProps<T> {
  /** What `useQuery` returned. */
  query: { data: T | undefined; error: unknown; isPending: boolean; dataUpdatedAt: number; refetch: () => unknown };
  /** Grey the content out when older than this; left out for what does not change by itself. */
  staleAfterMs?: number;
  loadingLines?: number;
  children: (data: T) => ReactNode;
}

/** Loading, failed, stale or there: around every query. Data that was read once stays while it is read again. */
export function Answer<T>({ query, staleAfterMs, loadingLines, children }: AnswerProps<T>) {
  if (query.data === undefined) {
    return query.error !== null && query.error !== undefined ? (
      <ErrorState error={query.error} onRetry={() => query.refetch()} />
    ) : (
      <LoadingState lines={loadingLines} />
    );
  }
  const content = children(query.data);
  return staleAfterMs === undefined ? (
    content
  ) : (
    <Stale at={query.dataUpdatedAt} afterMs={staleAfterMs}>
      {content}
    </Stale>
  );
}
