// The colour of a bot, the same on every page and in every chart. Pure.
const FAMILIES = ["gpt", "claude", "gemini", "grok", "deepseek", "qwen"] as const;
const SPARE = 6;

/** Name of a custom property of the theme: known families have their own, others one of six by their id. */
export function botColour(id: string): string {
  const family = FAMILIES.find((name) => id.startsWith(name));
  if (family !== undefined) return `--bot-${family}`;
  let hash = 0;
  for (const letter of id) hash = (hash * 31 + letter.charCodeAt(0)) >>> 0;
  return `--bot-${(hash % SPARE) + 1}`;
}
