import { describe, expect, it } from "vitest";
import { arenaSearch } from "./search";

describe("the address of the arena", () => {
  it("keeps what is right", () => {
    expect(arenaSearch({ range: "24h", unit: "usd", log: true, hide: "gpt-5,grok-4" })).toEqual({
      range: "24h",
      unit: "usd",
      log: true,
      hide: "gpt-5,grok-4",
    });
  });

  it("leaves out what is wrong, and what is as it would be anyway", () => {
    expect(arenaSearch({ range: "2y", unit: "eur", log: "yes", hide: "<script>", other: 1 })).toEqual({});
    expect(arenaSearch({ range: "all", unit: "pct" })).toEqual({});
  });
});
