import { expect, test } from "vitest";
import { type Chain, linkSaid } from "./linkWords";

const WELL: Chain = { link: "live", heardAgo: 200, stale: false, trader: { connected: true, heartbeatAge: 1 } };

test.each<[string, Partial<Chain>, string, string, string?]>([
  ["nothing", {}, "live", "live"],
  ["the exchange", { trader: { connected: false, heartbeatAge: 1 } }, "stale", "exchange away"],
  [
    "the trader, of whose exchange nothing is known",
    { trader: { connected: false, heartbeatAge: 42 } },
    "stale",
    "trader silent",
    "42 s",
  ],
  ["a trader that never was", { trader: { connected: false, heartbeatAge: null } }, "stale", "no trader"],
  [
    "the server, of whose trader nothing is known",
    { stale: true, heardAgo: 20_000, trader: { connected: false, heartbeatAge: 42 } },
    "stale",
    "server silent",
    "20 s",
  ],
  ["the way to the server", { link: "reconnecting" }, "reconnecting", "reconnecting"],
  [
    "the way to the server, for long",
    { link: "reconnecting", stale: true, heardAgo: 61_000 },
    "stale",
    "reconnecting",
    "1 m 01 s",
  ],
  ["the login", { link: "logged-out" }, "logged-out", "not logged in"],
])("it names what is broken: %s", (_, broken, look, words, age = undefined) => {
  expect(linkSaid({ ...WELL, ...broken })).toEqual({ look, words, age: age ?? null });
});

test("before the first state nothing is said to be broken", () => {
  expect(linkSaid({ ...WELL, trader: undefined, heardAgo: null }).words).toBe("live");
});
