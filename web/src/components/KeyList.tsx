// Which key does what, as a list.
import { PAGES } from "./pages";

const KEYS: readonly (readonly [string, string])[] = [
  ["Shift K", "kill switch"],
  ["Ctrl K, ⌘ K", "command palette"],
  ["/", "to the filter of the page"],
  ["j k Enter", "down, up, open, in a list"],
  ["← →", "along a chart; Home and End to its ends"],
  ["Esc", "close what is open"],
  ["?", "these keys"],
];

export function KeyList() {
  return (
    <dl className="keys-list">
      {PAGES.map((page) => (
        <div key={page.to} style={{ display: "contents" }}>
          <dt>
            <kbd>g</kbd> <kbd>{page.key}</kbd>
          </dt>
          <dd>{page.label}</dd>
        </div>
      ))}
      {KEYS.map(([key, does]) => (
        <div key={key} style={{ display: "contents" }}>
          <dt>
            <kbd>{key}</kbd>
          </dt>
          <dd>{does}</dd>
        </div>
      ))}
    </dl>
  );
}
