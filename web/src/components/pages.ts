// The pages of the navigation, in its order: where they are, the key after `g`, and what the palette calls them.
export const PAGES = [
  { to: "/", label: "Arena", key: "a", about: "equity, positions, live feed" },
  { to: "/models", label: "Models", key: "m", about: "leaderboard and the watched bots" },
  { to: "/trades", label: "Trades", key: "t", about: "fills of both sides" },
  { to: "/decisions", label: "Decisions", key: "d", about: "why we traded or did not" },
  { to: "/risk", label: "Risk", key: "r", about: "exposure against each cap" },
  { to: "/settings", label: "Settings", key: "s", about: "what is traded, how large, where it stops" },
  { to: "/system", label: "System", key: "y", about: "latency, feeds, completeness, log" },
  { to: "/help", label: "Help", key: "h", about: "keys and words" },
] as const;
