import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { occasionWords, SKIP_CODES, skipWords } from "./words";

// The program's own tables, so that a check that is added there is missed here at once.
const source = (path: string) => readFileSync(new URL(`../../../../src/fadearena/${path}`, import.meta.url), "utf8");
const between = (text: string, from: string, to: string) =>
  text.slice(text.indexOf(from), text.indexOf(to, text.indexOf(from)));

test("every reason to skip is explained, a check first", () => {
  const table = between(source("domain/decisions.py"), "SKIP_REASONS = {", "\n}\n");
  const codes = [...table.matchAll(/^ {4}"([a-z_]+)":/gm)].map((match) => match[1]);
  expect([...SKIP_CODES].sort()).toEqual([...codes].sort());
  for (const code of SKIP_CODES) expect(skipWords(code)).not.toBeNull();
  expect(SKIP_CODES[0]).toBe("kill_switch");
  expect(skipWords("no_such_code")).toBeNull();
});

test("a decision made anew says what made it", () => {
  expect(occasionWords("")).toBeNull();
  expect(occasionWords("controls:12#3")).toContain("version 12");
  expect(occasionWords("moon-phase:1")).toContain("moon-phase:1");
});
