// Who may import whom. Features are strangers to each other; components draw and know neither server nor page.
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const source = fileURLToPath(new URL("../src", import.meta.url));

// By room: the rooms it may import from. `types` is `import type` only.
const ALLOWED = {
  format: {},
  preferences: {},
  styles: {},
  components: { code: ["format", "preferences", "components"], types: ["api"] },
  api: { code: ["api"] },
  live: { code: ["live"], types: ["api"] },
  features: { code: ["api", "live", "format", "preferences", "components"] },
  app: { code: ["api", "live", "format", "preferences", "components", "features", "app"] },
  main: { code: ["app", "api", "styles"] },
};
const IMPORT =
  /^\s*(?:import|export)\s+(type\s+)?[^"';]*?from\s+"([^"]+)"|^\s*import\s+"([^"]+)"|import\("([^"]+)"\)/gm;

const files = readdirSync(source, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !entry.name.endsWith(".d.ts"))
  .map((entry) => relative(source, join(entry.parentPath, entry.name)).replaceAll("\\", "/"));

/** Path below src of what is imported, null for a package. */
function target(file, specifier) {
  if (specifier.startsWith("@/")) return specifier.slice(2);
  if (!specifier.startsWith(".")) return null;
  return relative(source, join(source, file, "..", specifier)).replaceAll("\\", "/");
}

const roomOf = (path) => path.split("/")[0].replace(/\.tsx?$/, "");
const featureOf = (path) => path.split("/")[1];

const faults = [];
for (const file of files) {
  const room = roomOf(file);
  const allowed = ALLOWED[room];
  if (!allowed) {
    faults.push(`${file}: src/${room} is no room of scripts/boundaries.mjs`);
    continue;
  }
  for (const match of readFileSync(join(source, file), "utf8").matchAll(IMPORT)) {
    const to = target(file, match[2] ?? match[3] ?? match[4]);
    if (to === null || to === "") continue;
    const there = roomOf(to);
    const onlyType = match[1] !== undefined;
    const test = /\.test\.tsx?$/.test(file);
    const fine =
      there === room && room !== "features"
        ? true
        : room === "features" && there === "features"
          ? featureOf(file) === featureOf(to)
          : (allowed.code ?? []).includes(there) || (onlyType && (allowed.types ?? []).includes(there)) || test;
    if (!fine) faults.push(`${file} may not import ${to}`);
  }
}
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exit(1);
console.log(`boundaries hold in ${files.length} files`);
