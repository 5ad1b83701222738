// What is stored, as it is stored: folded out on demand, and copied whole.
import { notify } from "./notices";

interface RawJsonProps {
  title: string;
  value: unknown;
  open?: boolean;
}

export function RawJson({ title, value, open = false }: RawJsonProps) {
  const text = JSON.stringify(value, null, 2) ?? "null";
  return (
    <details className="raw" open={open}>
      <summary>{title}</summary>
      <div className="raw-body">
        <CopyButton text={text} what={title} />
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
        <pre tabIndex={0}>{text}</pre>
      </div>
    </details>
  );
}

/** Puts a text into the clipboard and says so. */
export function CopyButton({ text, what, label = "Copy" }: { text: string; what: string; label?: string }) {
  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      notify({ tone: "good", title: `Copied: ${what}` });
    } catch {
      notify({ tone: "error", title: "This browser does not let the page copy", text: "Select the text and copy it." });
    }
  }
  return (
    <button type="button" className="button button-quiet" onClick={() => void copy()}>
      {label}
      {label === "Copy" && <span className="visually-hidden"> {what}</span>}
    </button>
  );
}
