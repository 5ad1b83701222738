// What Help says is what the program does: the checks by name and order, the limits by the names Settings gives them.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { CHECKS } from "@/components/checks";
import { CHAPTERS } from "./words";

const program = readFileSync(
  new URL("../../../../src/fadearena/strategy_engine/risk_checks.py", import.meta.url),
  "utf8",
);

test("the checks are the program's own, in its order", () => {
  const table = program.slice(program.indexOf("RISK_CHECKS: tuple"));
  expect(CHECKS.map((check) => check.name)).toEqual(
    Array.from(table.matchAll(/\("(\w+)", \w+\),/g), ([, name]) => name),
  );
  expect(CHECKS).toHaveLength(12);
});

test("a limit is called as on the page of settings", () => {
  const written = readFileSync(new URL("../settings/definitions.ts", import.meta.url), "utf8");
  const labels = Array.from(written.matchAll(/ name: "\w+",\n +label: "([^"]+)"/g), ([, label]) => label);
  expect(labels).toContain("Global exposure cap");
  for (const { setting } of CHECKS)
    if (setting !== undefined) expect([...labels, "Mode", "Bots", "Caps by asset"]).toContain(setting);
});

test("no word is explained twice", () => {
  const words = CHAPTERS.flatMap((chapter) => chapter.words.map(([word]) => word));
  expect(new Set(words).size).toBe(words.length);
});
