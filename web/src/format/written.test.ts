import { expect, test } from "vitest";
import { measured, timeOfWritten, writtenTime } from "./format";

const AT = Date.UTC(2025, 9, 26, 4, 15, 22);

test("a written time is read again as the same moment", () => {
  for (const at of [AT, AT + 87, 0]) {
    for (const zone of ["utc", "local"] as const) expect(timeOfWritten(writtenTime(at, zone), zone)).toBe(at);
  }
});

test("a day, a minute and what a table copies are enough", () => {
  expect(timeOfWritten("2025-10-26", "utc")).toBe(Date.UTC(2025, 9, 26));
  expect(timeOfWritten(" 2025-10-26 04:15 ", "utc")).toBe(AT - 22_000);
  expect(timeOfWritten("2025-10-26 04:15:22 UTC", "local")).toBe(AT);
  expect(timeOfWritten("2025-10-26T04:15:22Z", "local")).toBe(AT);
});

test("what says no moment is none", () => {
  for (const text of ["", "yesterday", "2025-13-01", "2025-10-26 25:00", "10-26 04:15", "1899-01-01"])
    expect(timeOfWritten(text, "utc")).toBeUndefined();
});

test("what a check saw looks over its limit where it is", () => {
  expect(measured("2.01", "bps")).toBe("2.01 bps");
  expect(measured("50", "bps")).toBe("50.0 bps");
  expect(measured("30.4", "s")).toBe("30.4 s");
  expect(measured("30", "s")).toBe("30 s");
  expect(measured("90", "s")).toBe("1 m 30 s");
});
