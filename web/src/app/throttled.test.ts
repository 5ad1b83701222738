import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { throttled } from "./throttled";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("what makes queries old", () => {
  it("acts at once, then gathers", () => {
    const acts: string[][] = [];
    const refresh = throttled((topics) => acts.push([...topics]), 1000);
    refresh(["trades"]);
    expect(acts).toEqual([["trades"]]);
    refresh(["trades", "models"]);
    refresh(["trades"]);
    expect(acts).toHaveLength(1);
    vi.advanceTimersByTime(1000);
    expect(acts).toEqual([["trades"], ["trades", "models"]]);
    vi.advanceTimersByTime(5000);
    expect(acts).toHaveLength(2);
    refresh(["decisions"]);
    expect(acts[2]).toEqual(["decisions"]);
  });

  it("does nothing for nothing", () => {
    const acts: string[][] = [];
    throttled((topics) => acts.push([...topics]), 1000)([]);
    expect(acts).toEqual([]);
  });
});
