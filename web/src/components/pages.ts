// The pages of the navigation, in its order: where they are, the key after `g`, and what the palette calls them.
export const PAGES = [
  { to: "/", label: "Arena", key: "a", about: "equity, positions, live feed" },
  { to: "/models", label: "Models", key: "m", about: "leaderboard and the watched bots" },
  { to: "/trades", label: "Trades", key: "t", about: "fills of both sides" },
  { to: "/decisions", label: "Decisions", key: "d", about: "why we traded or did not" },
  { to: "/risk", label: "Risk", key: "r", about: "exposure against each cap", inner: true },
  { to: "/settings", label: "Settings", key: "s", about: "what is traded, how large, where it stops", inner: true },
  { to: "/system", label: "System", key: "y", about: "latency, feeds, completeness, log", inner: true },
  { to: "/help", label: "Help", key: "h", about: "keys and words" },
] as const;

/** Pages marked `inner` are not shown to the public: what they would show is not served there. */
export function pagesOf(shownToPublic: boolean): readonly (typeof PAGES)[number][] {
  return PAGES.filter((page) => !(shownToPublic && "inner" in page));
}
