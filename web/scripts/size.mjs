// Prints what a browser has to load before the first page shows, compressed, and fails above the budget.
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const BUDGET_KB = 180;
const web = fileURLToPath(new URL("..", import.meta.url));
const bundle = resolve(web, process.env.FADEARENA_DASHBOARD_DIR ?? "../src/fadearena/core_api/dashboard");
const manifest = JSON.parse(readFileSync(join(bundle, "manifest.json"), "utf8"));

// The entry with all that it imports at once, and the page behind "/" with its own.
const initial = new Set();
function take(key) {
  const chunk = manifest[key];
  if (!chunk || initial.has(chunk.file)) return;
  initial.add(chunk.file);
  for (const next of chunk.imports ?? []) take(next);
}
take("index.html");
const shell = new Set(initial);
take("src/features/arena/ArenaPage.tsx");

const kilobytes = (files) =>
  [...files].reduce((sum, file) => sum + gzipSync(readFileSync(join(bundle, file))).length, 0) / 1000;
const total = kilobytes(initial);
console.log(
  `initial JavaScript: ${total.toFixed(1)} kB gzip of ${BUDGET_KB} (shell ${kilobytes(shell).toFixed(1)} kB, ${initial.size} files)`,
);
if (total > BUDGET_KB) {
  console.error(`over the budget of ${BUDGET_KB} kB: load something later`);
  process.exit(1);
}
