// Prometheus text, as far as this page needs it: samples with their labels, and quantiles of histograms. Pure.
export interface Sample {
  name: string;
  labels: Readonly<Record<string, string>>;
  value: number;
}

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)(?:\s+\d+)?$/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;

export function samplesOf(text: string): Sample[] {
  const samples: Sample[] = [];
  for (const line of text.split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const match = LINE.exec(line);
    if (match === null) continue;
    const [, name = "", labels = "", value = ""] = match;
    samples.push({ name, labels: labelsOf(labels), value: numberOf(value) });
  }
  return samples;
}

function labelsOf(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const [, name, value] of text.matchAll(LABEL))
    labels[name as string] = (value as string).replace(/\\(.)/g, (_, letter) => (letter === "n" ? "\n" : letter));
  return labels;
}

const numberOf = (text: string): number =>
  text === "+Inf" ? Number.POSITIVE_INFINITY : text === "-Inf" ? Number.NEGATIVE_INFINITY : Number(text);

/** A single figure; null where it is not told. */
export function figureOf(samples: readonly Sample[], name: string): number | null {
  const value = samples.find((sample) => sample.name === name)?.value;
  return value === undefined || Number.isNaN(value) ? null : value;
}

export interface Bucket {
  /** Upper bound, inclusive; infinite for the last. */
  most: number;
  /** How many were at most that. */
  count: number;
}

/** The bound below which a share of all lay, between the bounds of its bucket; the last finite bound where beyond. */
export function quantile(buckets: readonly Bucket[], share: number): number | null {
  const sorted = [...buckets].sort((one, other) => one.most - other.most);
  const total = sorted.at(-1)?.count ?? 0;
  if (total === 0) return null;
  const wanted = share * total;
  let least = 0;
  let before = 0;
  for (const { most, count } of sorted) {
    if (count >= wanted) {
      if (!Number.isFinite(most)) return least;
      return count === before ? most : least + ((most - least) * (wanted - before)) / (count - before);
    }
    least = most;
    before = count;
  }
  return least;
}

export interface Route {
  route: string;
  method: string;
  requests: number;
  /** Answers of 500 and above. */
  faults: number;
  /** Seconds. */
  median: number | null;
  p95: number | null;
}

/** How each route was served, the busiest first. */
export function routesOf(samples: readonly Sample[]): Route[] {
  const routes = new Map<string, Route & { buckets: Bucket[] }>();
  for (const { name, labels, value } of samples) {
    const { route, method } = labels;
    if (route === undefined || method === undefined) continue;
    const key = `${method} ${route}`;
    const known = routes.get(key) ?? { route, method, requests: 0, faults: 0, median: null, p95: null, buckets: [] };
    routes.set(key, known);
    if (name === "fadearena_http_requests_total") {
      known.requests += value;
      if (Number(labels.status) >= 500) known.faults += value;
    } else if (name === "fadearena_http_request_seconds_bucket")
      known.buckets.push({ most: numberOf(labels.le ?? ""), count: value });
  }
  return Array.from(routes.values(), ({ buckets, ...route }) => ({
    ...route,
    median: quantile(buckets, 0.5),
    p95: quantile(buckets, 0.95),
  })).sort((one, other) => other.requests - one.requests);
}
