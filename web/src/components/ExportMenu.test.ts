import { describe, expect, it } from "vitest";
import { toCsv } from "./ExportMenu";

describe("CSV", () => {
  it("names its columns and quotes what needs it", () => {
    expect(toCsv([{ id: "a,b", size: 1.5, note: 'say "no"', none: null }])).toBe(
      'id,size,note,none\r\n"a,b",1.5,"say ""no""",\r\n',
    );
  });

  it("makes no formula of a text", () => {
    expect(toCsv([{ name: "=1+1", size: -2 }])).toBe("name,size\r\n'=1+1,-2\r\n");
  });

  it("is empty where there is nothing", () => {
    expect(toCsv([])).toBe("");
  });
});
