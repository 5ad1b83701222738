// Gathers topics, so that however fast things happen nothing is asked more often than once an interval. Pure but for its timer.

/** Gathers what is asked for and does it at most once an interval, the first at once. */
export function throttled(
  act: (topics: ReadonlySet<string>) => void,
  everyMs: number,
): (topics: readonly string[]) => void {
  const waiting = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  function run(): void {
    if (waiting.size === 0) {
      timer = undefined;
      return;
    }
    const topics = new Set(waiting);
    waiting.clear();
    act(topics);
    timer = setTimeout(run, everyMs);
  }
  return (topics) => {
    for (const topic of topics) waiting.add(topic);
    if (timer === undefined) run();
  };
}
