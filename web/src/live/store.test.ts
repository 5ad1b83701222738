import { beforeEach, describe, expect, it } from "vitest";
import type { LiveItem } from "./frames";
import { addItems, clockOf, ITEMS_KEPT, liveStore } from "./store";

const item = (seq: number): LiveItem => ({ type: "settings-update", seq, data: {} });

beforeEach(() => liveStore.setState(liveStore.getInitialState(), true));

describe("the live store", () => {
  it("keeps the newest items first", () => {
    addItems([item(1), item(2)]);
    addItems([item(3)]);
    expect(liveStore.getState().items.map((each) => each.seq)).toEqual([3, 2, 1]);
    expect(liveStore.getState().taken).toBe(3);
  });

  it("keeps no more than it may", () => {
    addItems(Array.from({ length: ITEMS_KEPT + 50 }, (_, seq) => item(seq)));
    addItems([item(9999)]);
    expect(liveStore.getState().items).toHaveLength(ITEMS_KEPT);
    expect(liveStore.getState().items[0]?.seq).toBe(9999);
  });

  it("tells nobody anything when nothing came", () => {
    let told = 0;
    const stop = liveStore.subscribe(() => told++);
    addItems([]);
    stop();
    expect(told).toBe(0);
  });

  it("knows no time before the first state", () => {
    expect(clockOf(liveStore.getState())).toBeNull();
  });
});
