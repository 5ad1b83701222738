import { describe, expect, it } from "vitest";
import { equityFault, idFault, multiplierFault, nameFault, numberIn, walletFault } from "./botRules";

describe("multiplier", () => {
  it.each(["0.01", "10", "1", "0.25", "2.5000", "0.12340000", " 3 ", ""])("takes %j", (text) => {
    expect(multiplierFault(text)).toBeUndefined();
  });

  it.each(["0", "0.009", "10.0001", "11", "-1", "1e1", "1,5", "one", "0x1", ".5", "NaN", "Infinity"])(
    "refuses %j",
    (text) => {
      expect(multiplierFault(text)).toBeTypeOf("string");
    },
  );

  it("says that a fifth decimal is one too many", () => {
    expect(multiplierFault("0.12345")).toBe("At most four decimals.");
  });

  it("reads an empty text as the default", () => {
    expect(numberIn(" ")).toBeNull();
    expect(numberIn("0.5")).toBe(0.5);
  });
});

describe("id", () => {
  it("takes what the API takes and no more", () => {
    expect(idFault("gpt-5.1")).toBeUndefined();
    expect(idFault("a".repeat(64))).toBeUndefined();
    for (const text of ["", "GPT", "a b", "a_b", "ä", "a".repeat(65)]) expect(idFault(text)).toBeTypeOf("string");
  });

  it("refuses one that is taken", () => {
    expect(idFault("grok-4", ["grok-4"])).toBe("A bot of this id is watched already.");
  });
});

describe("wallet", () => {
  const wallet = `0x${"aB".repeat(20)}`;

  it("takes any letter case, and knows the same wallet in another one", () => {
    expect(walletFault(wallet)).toBeUndefined();
    expect(walletFault(wallet, [wallet.toLowerCase()])).toBe("This wallet is watched already.");
  });

  it("refuses another length, another prefix and other digits", () => {
    for (const text of ["", wallet.slice(0, -1), `${wallet}0`, wallet.slice(2), `0x${"g".repeat(40)}`])
      expect(walletFault(text)).toBeTypeOf("string");
  });
});

describe("name and equity", () => {
  it("refuses names that are empty, too long or not to be seen", () => {
    expect(nameFault("Qwen3 Max")).toBeUndefined();
    for (const text of ["", "   ", "x".repeat(101), "a\u200bb", "a\nb"]) expect(nameFault(text)).toBeTypeOf("string");
  });

  it("takes no equity for not known, and no negative one", () => {
    expect(equityFault("")).toBeUndefined();
    expect(equityFault("10000.5")).toBeUndefined();
    for (const text of ["-1", "1e5", "$5", "1000000000001"]) expect(equityFault(text)).toBeTypeOf("string");
  });
});
