import { expect, test } from "vitest";
import { countNewer, everyPage, merged } from "./keyset";

const row = (timestamp: number, id: string, status = "sent") => ({ timestamp, id, status });

test("rows before the list's first are newer, in the order of time and then id", () => {
  const list = [row(20, "b"), row(10, "a")];
  expect(countNewer(list, [row(30, "a"), row(20, "c"), row(20, "b"), row(20, "a"), row(10, "a")])).toBe(2);
});

test("an empty list has no newer rows, it takes the newest page as it is", () => {
  const newest = [row(30, "a")];
  expect(countNewer([], newest)).toBe(0);
  expect(merged([], newest)).toBe(newest);
});

test("what changed of a row that is shown is shown; nothing is added and nothing moves", () => {
  const list = [row(20, "b"), row(10, "a")];
  expect(merged(list, [row(30, "c"), row(20, "b", "filled")])).toEqual([row(20, "b", "filled"), row(10, "a")]);
});

test("every page of a filter is read once, to the last", async () => {
  const asked: (string | undefined)[] = [];
  const pages = new Map<string | undefined, { rows: number[]; nextCursor: string | null }>([
    [undefined, { rows: [1, 2], nextCursor: "x" }],
    ["x", { rows: [3], nextCursor: null }],
  ]);
  const read = async (cursor: string | undefined) => {
    asked.push(cursor);
    const page = pages.get(cursor);
    if (page === undefined) throw new Error(`no page ${cursor}`);
    const { rows, nextCursor } = page;
    return { rows, pagination: { page: 1, limit: 2, total: 3, totalPages: 2, totalIsEstimate: false, nextCursor } };
  };
  const found: number[] = [];
  for await (const part of everyPage(read, (page) => page.rows)) found.push(...part);
  expect(found).toEqual([1, 2, 3]);
  expect(asked).toEqual([undefined, "x"]);
});
