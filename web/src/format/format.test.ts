import { describe, expect, it } from "vitest";
import * as format from "./format";

describe("amounts", () => {
  it("groups thousands and writes a true minus", () => {
    expect(format.money(58495.691888)).toBe("$58,495.69");
    expect(format.money(-1176.757609)).toBe("−$1,176.76");
    expect(format.amount(-0.5, 1)).toBe("−0.5");
  });

  it("writes plus only where a gain is meant", () => {
    expect(format.money(3, 2, true)).toBe("+$3.00");
    expect(format.percent(0.0123, 2, true)).toBe("+1.23%");
  });

  it("gives zero no sign, however it was reached", () => {
    expect(format.money(-0.001, 2, true)).toBe("$0.00");
    expect(format.money(-0, 2, true)).toBe("$0.00");
    expect(format.percent(-0.00001, 1, true)).toBe("0.0%");
  });

  it("writes an en dash for what is not known", () => {
    for (const write of [format.money, format.percent, format.bps, format.price, format.size, format.duration]) {
      expect(write(null)).toBe("–");
      expect(write(undefined)).toBe("–");
      expect(write(Number.NaN)).toBe("–");
    }
  });

  it("shortens for axes", () => {
    expect(format.moneyShort(58495)).toBe("$58.5k");
    expect(format.moneyShort(-1_250_000)).toBe("−$1.25M");
    expect(format.moneyShort(0)).toBe("$0");
  });

  it("keeps percent and basis points apart", () => {
    expect(format.percent(0.0012, 2)).toBe("0.12%");
    expect(format.bps(12, 1)).toBe("12.0 bps");
  });
});

describe("prices and sizes", () => {
  it("gives a price the digits it needs", () => {
    expect(format.price(109211.5)).toBe("109,211.5");
    expect(format.price(191.395)).toBe("191.395");
    expect(format.price(0.198615)).toBe("0.198615");
    expect(format.price(0.00001234)).toBe("0.00001234");
    expect(format.price(3937)).toBe("3,937.00");
  });

  it("keeps every decimal of a size", () => {
    expect(format.size(0.11)).toBe("0.11");
    expect(format.size(-14258)).toBe("−14,258");
    expect(format.size(1e-8)).toBe("0.00000001");
  });
});

describe("what a check measured", () => {
  it("is written in its unit", () => {
    expect(format.measured("12013.265", "usd")).toBe("$12,013.27");
    expect(format.measured("50", "bps")).toBe("50.0 bps");
    expect(format.measured("3.5", "seconds")).toBe("3.5 s");
    expect(format.measured(null, "usd")).toBe("–");
    expect(format.measured("disabled", "")).toBe("disabled");
  });
});

describe("times", () => {
  const at = Date.UTC(2025, 9, 19, 5, 3, 9, 120);

  it("are written in UTC", () => {
    expect(format.clock(at, "utc")).toBe("05:03:09");
    expect(format.day(at, "utc")).toBe("2025-10-19");
    expect(format.moment(at, "utc")).toBe("10-19 05:03:09");
    expect(format.dateTime(at, "utc")).toBe("2025-10-19 05:03:09 UTC");
    expect(format.isoTime(at)).toBe("2025-10-19T05:03:09.120Z");
  });

  it("name the day at midnight on an axis", () => {
    expect(format.axisTime(Date.UTC(2025, 9, 19), 3_600_000, "utc")).toBe("10-19");
    expect(format.axisTime(at, 3_600_000, "utc")).toBe("05:03");
    expect(format.axisTime(at, 86_400_000, "utc")).toBe("10-19");
  });
});

describe("durations", () => {
  it("say their two largest parts", () => {
    expect(format.duration(0)).toBe("0 ms");
    expect(format.duration(850)).toBe("850 ms");
    expect(format.duration(3240)).toBe("3.2 s");
    expect(format.duration(245_000)).toBe("4 m 05 s");
    expect(format.duration(7_800_000)).toBe("2 h 10 m");
    expect(format.duration(273_600_000)).toBe("3 d 04 h");
    expect(format.duration(-245_000)).toBe("−4 m 05 s");
  });
});

describe("gain and loss", () => {
  it("are told by arrow and tone", () => {
    expect(format.toneOf(1)).toBe("gain");
    expect(format.toneOf(-1)).toBe("loss");
    expect(format.toneOf(0)).toBe("flat");
    expect(format.toneOf(null)).toBe("unknown");
    expect(format.arrowOf(-1)).toBe("▼");
    expect(format.arrowOf(0)).toBe("");
  });
});
