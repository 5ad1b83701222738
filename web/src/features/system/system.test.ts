// The log's filter, whose clock it is, what ranges look like on a line, and Prometheus text read.
import { expect, test } from "vitest";
import { ageBy, isReplay } from "./clocks";
import { figureOf, quantile, routesOf, samplesOf } from "./exposition";
import { extentOf, placed, provenBy } from "./ranges";
import { isFiltered, isImpossible, systemSearch } from "./search";

test("an address with nonsense filters by what of it makes sense", () => {
  expect(systemSearch({ level: "error", category: "cats", from: "soon", to: -1, page: 7 })).toEqual({ level: "error" });
  expect(isFiltered(systemSearch({ level: "loud" }))).toBe(false);
  expect(systemSearch({ text: "kill switch" })).toEqual({ text: "kill switch" });
  expect(systemSearch({ text: 409 })).toEqual({ text: "409" });
  for (const text of ["", "  ", "a\nb", "x".repeat(101), ["x"]]) expect(systemSearch({ text })).toEqual({});
  expect(isImpossible(systemSearch({ from: 2, to: 1 }))).toBe(true);
  expect(isImpossible(systemSearch({ from: 2 }))).toBe(false);
});

const NOW = 1_800_000_000_000;

test("a clock far from this machine's is a replay's while the trader lives, and only then", () => {
  expect(isReplay(NOW - 400 * 86_400_000, 1, NOW)).toBe(true);
  expect(isReplay(NOW + 7_200_000, 1, NOW)).toBe(true);
  expect(isReplay(NOW - 3_000, 1, NOW)).toBe(false);
  expect(isReplay(NOW - 400 * 86_400_000, 5_000, NOW)).toBe(false);
  expect(isReplay(null, 1, NOW)).toBe(false);
});

test("an age is by the system's clock and never negative", () => {
  expect(ageBy(NOW, NOW - 500)).toBe(500);
  expect(ageBy(NOW, NOW + 500)).toBe(0);
  expect(ageBy(NOW, null)).toBeNull();
});

const TEXT = `# HELP fadearena_http_requests_total Requests
# TYPE fadearena_http_requests_total counter
fadearena_http_requests_total{method="GET",route="/api/state",status="200"} 8.0
fadearena_http_requests_total{method="GET",route="/api/state",status="503"} 2.0
fadearena_http_requests_total{method="POST",route="/api/x\\"y",status="200"} 1.0
fadearena_http_request_seconds_bucket{le="0.001",method="GET",route="/api/state"} 5.0
fadearena_http_request_seconds_bucket{le="0.01",method="GET",route="/api/state"} 10.0
fadearena_http_request_seconds_bucket{le="+Inf",method="GET",route="/api/state"} 10.0
fadearena_database_latency_seconds 0.0065
fadearena_trader_heartbeat_age_seconds NaN
fadearena_last_event_timestamp_seconds 1.760996636874e+09
this is not a sample
`;

test("figures are read with exponents, and one that is not a number is not known", () => {
  const samples = samplesOf(TEXT);
  expect(figureOf(samples, "fadearena_database_latency_seconds")).toBe(0.0065);
  expect(figureOf(samples, "fadearena_last_event_timestamp_seconds")).toBe(1_760_996_636.874);
  expect(figureOf(samples, "fadearena_trader_heartbeat_age_seconds")).toBeNull();
  expect(figureOf(samples, "fadearena_unheard_of")).toBeNull();
});

test("routes are summed over their statuses, faults apart, the busiest first", () => {
  const [busiest, other] = routesOf(samplesOf(TEXT));
  expect(busiest).toMatchObject({ route: "/api/state", method: "GET", requests: 10, faults: 2, median: 0.001 });
  expect(busiest?.p95).toBeCloseTo(0.0091);
  expect(other).toMatchObject({ route: '/api/x"y', method: "POST", requests: 1, median: null });
});

test("a quantile beyond the last bound is at least that bound, and nothing has none", () => {
  const buckets = [
    { most: 1, count: 1 },
    { most: Number.POSITIVE_INFINITY, count: 10 },
  ];
  expect(quantile(buckets, 0.95)).toBe(1);
  expect(quantile([], 0.5)).toBeNull();
  expect(quantile([{ most: 1, count: 0 }], 0.5)).toBeNull();
});

const range = (
  state: "complete" | "gap" | "repaired",
  fromTime: number,
  toTime: number,
  asset: string | null = null,
) => ({
  asset,
  fromTime,
  toTime,
  state,
  detail: "",
  updatedAt: 0,
});

test("what is proven is the stretch that reaches furthest, never a gap or one asset's", () => {
  const ranges = [
    range("complete", 0, 10),
    range("repaired", 10, 20),
    range("gap", 20, 90),
    range("complete", 0, 95, "BTC"),
  ];
  expect(provenBy(ranges)?.toTime).toBe(20);
  expect(provenBy([range("gap", 0, 1)])).toBeNull();
});

test("ranges lie where they belong, the shortest still to be seen, gaps drawn last", () => {
  const ranges = [range("gap", 50, 50), range("complete", 0, 100)];
  const extent = extentOf(ranges);
  expect(extent).toEqual({ from: 0, to: 100 });
  const drawn = placed(ranges, extent ?? { from: 0, to: 1 });
  expect(drawn.map((each) => each.state)).toEqual(["complete", "gap"]);
  expect(drawn[1]?.width).toBeGreaterThan(0);
  expect(drawn.every((each) => each.left >= 0 && each.left + each.width <= 100)).toBe(true);
  expect(extentOf([])).toBeNull();
});
