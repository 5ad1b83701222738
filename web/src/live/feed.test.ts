import { describe, expect, it } from "vitest";
import { BACKOFF_MS_MAX, backoffMs, Feed } from "./feed";
import { CHANNELS, type Frame, type LiveItem } from "./frames";

const settingsAt = (seq: number): LiveItem => ({ type: "settings-update", seq, data: {} });
const subscribed = (seq: number): Frame => ({ type: "subscribed", seq, data: { channels: [...CHANNELS] } });

describe("a feed", () => {
  it("reads everything afresh when it begins", () => {
    const feed = new Feed();
    expect(feed.since).toBeNull();
    expect(feed.take(subscribed(7)).kind).toBe("afresh");
    expect(feed.since).toBe(7);
  });

  it("shows each item once and in order", () => {
    const feed = new Feed();
    feed.take(subscribed(7));
    expect(feed.take(settingsAt(8))).toEqual({ kind: "item", item: settingsAt(8) });
    expect(feed.take(settingsAt(8)).kind).toBe("nothing");
    expect(feed.take(settingsAt(3)).kind).toBe("nothing");
    expect(feed.since).toBe(8);
  });

  it("notices a gap and asks from before it", () => {
    const feed = new Feed();
    feed.take(subscribed(7));
    expect(feed.take(settingsAt(10))).toEqual({ kind: "gap", since: 7 });
    expect(feed.since).toBe(7);
  });

  it("takes a jump for nothing where there are channels that nobody is told", () => {
    const feed = new Feed();
    feed.take({ type: "subscribed", seq: 7, data: { channels: ["bot-trade", "decision", "state-update"] } });
    expect(feed.take(settingsAt(10)).kind).toBe("item");
    expect(feed.since).toBe(10);
  });

  it("counts an error of the system among its items", () => {
    const feed = new Feed();
    feed.take(subscribed(7));
    const logged: LiveItem = {
      type: "error",
      seq: 8,
      data: { id: "1", timestamp: 1, level: "error", category: "trading", message: "an order was refused" },
    };
    expect(feed.take(logged)).toEqual({ kind: "item", item: logged });
    expect(feed.take(logged).kind).toBe("nothing");
    expect(feed.take(settingsAt(9)).kind).toBe("item");
    expect(feed.take({ ...logged, seq: 11 })).toEqual({ kind: "gap", since: 9 });
  });

  it("counts no complaint about a message of its own, whatever number that borrows", () => {
    const feed = new Feed();
    feed.take(subscribed(7));
    const complaint: Frame = { type: "error", seq: 9, data: { code: "bad-message", message: "not understood" } };
    expect(feed.take(complaint)).toEqual({ kind: "alert", message: "not understood" });
    expect(feed.since).toBe(7);
    expect(feed.take(settingsAt(8)).kind).toBe("item");
  });

  it("goes on from where it was after a break", () => {
    const feed = new Feed();
    feed.take(subscribed(7));
    feed.take(settingsAt(8));
    expect(feed.take(subscribed(8)).kind).toBe("confirmed");
    expect(feed.take(settingsAt(9)).kind).toBe("item");
  });

  it("starts anew where what was missed is no longer kept", () => {
    const feed = new Feed();
    feed.take(subscribed(7));
    expect(feed.take({ type: "resync", seq: 900, data: { reason: "" } }).kind).toBe("afresh");
    expect(feed.take(settingsAt(901)).kind).toBe("item");
  });

  it("takes an older sequence from a server that was set up anew", () => {
    const feed = new Feed();
    feed.take(subscribed(900));
    expect(feed.take({ type: "resync", seq: 3, data: { reason: "" } }).kind).toBe("afresh");
    expect(feed.take(settingsAt(4)).kind).toBe("item");
  });
});

describe("the wait before the next try", () => {
  it("grows, is bounded, and is never the same for all", () => {
    expect(backoffMs(1, () => 0)).toBe(500);
    expect(backoffMs(1, () => 1)).toBe(1000);
    expect(backoffMs(100, () => 1)).toBe(BACKOFF_MS_MAX);
    expect(backoffMs(100, () => 0)).toBe(BACKOFF_MS_MAX / 2);
    for (let tries = 1; tries < 8; tries++) {
      expect(backoffMs(tries + 1, () => 1)).toBeGreaterThanOrEqual(backoffMs(tries, () => 1));
    }
  });
});
