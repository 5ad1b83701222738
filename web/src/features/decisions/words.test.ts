import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { CHECK_WORDS, occasionWords, SKIP_CODES, skipWords } from "./words";

// The program's own tables, so that a check that is added there is missed here at once.
const source = (path: string) => readFileSync(new URL(`../../../../src/fadearena/${path}`, import.meta.url), "utf8");
const between = (text: string, from: string, to: string) =>
  text.slice(text.indexOf(from), text.indexOf(to, text.indexOf(from)));

test("every check of the program is explained, in its order", () => {
  const table = between(source("strategy_engine/risk_checks.py"), "RISK_CHECKS: tuple", "\n)\n");
  const names = [...table.matchAll(/\("([a-z_]+)",/g)].map((match) => match[1]);
  expect(names.length).toBeGreaterThan(10);
  expect(Object.keys(CHECK_WORDS)).toEqual(names);
});

test("every reason to skip is explained", () => {
  const table = between(source("domain/decisions.py"), "SKIP_REASONS = {", "\n}\n");
  const codes = [...table.matchAll(/^ {4}"([a-z_]+)":/gm)].map((match) => match[1]);
  expect([...SKIP_CODES].sort()).toEqual([...codes].sort());
  expect(skipWords("no_such_code")).toBeNull();
});

test("a decision made anew says what made it", () => {
  expect(occasionWords("")).toBeNull();
  expect(occasionWords("controls:12#3")).toContain("version 12");
  expect(occasionWords("moon-phase:1")).toContain("moon-phase:1");
});
