// Saves what is filtered, page by page, as CSV or JSON lines. Made in the browser from the same answers the table shows.
import { DropdownMenu } from "radix-ui";
import { useState } from "react";
import { count } from "@/format/format";
import { notify } from "./notices";

interface ExportMenuProps<Row> {
  /** Without ending: "trades". */
  name: string;
  /** Every row of the filter, in parts; stops by itself. */
  pages: () => AsyncIterable<readonly Row[]>;
}

const ROWS_MAX = 200_000;

export function ExportMenu<Row extends object>({ name, pages }: ExportMenuProps<Row>) {
  const [busy, setBusy] = useState<number | null>(null);

  async function save(kind: "csv" | "jsonl"): Promise<void> {
    setBusy(0);
    try {
      const rows: Row[] = [];
      for await (const page of pages()) {
        rows.push(...page);
        setBusy(rows.length);
        if (rows.length >= ROWS_MAX) break;
      }
      const text = kind === "csv" ? toCsv(rows) : rows.map((row) => `${JSON.stringify(row)}\n`).join("");
      download(`${name}.${kind}`, kind === "csv" ? "text/csv" : "application/jsonl", text);
      const title = `Saved ${count(rows.length)} rows as ${name}.${kind}`;
      if (rows.length < ROWS_MAX) notify({ tone: "good", title });
      else notify({ tone: "warning", title, text: "There may be more: narrow the time, and save the rest apart." });
    } catch (fault) {
      notify({
        tone: "error",
        title: "The export failed",
        text: fault instanceof Error ? fault.message : String(fault),
      });
    } finally {
      setBusy(null);
    }
  }

  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className="button" disabled={busy !== null}>
        {busy === null ? "Export" : `Exporting ${count(busy)}`}
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="end" sideOffset={4}>
          <DropdownMenu.Item className="menu-item" onSelect={() => void save("csv")}>
            CSV, as filtered
          </DropdownMenu.Item>
          <DropdownMenu.Item className="menu-item" onSelect={() => void save("jsonl")}>
            JSON lines, as filtered
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

/** RFC 4180; a text that a spreadsheet would take for a formula gets a quote in front. Exported for its test. */
export function toCsv(rows: readonly object[]): string {
  const first = rows[0];
  if (first === undefined) return "";
  const names = Object.keys(first);
  const lines = rows.map((row) => names.map((name) => cell((row as Record<string, unknown>)[name])).join(","));
  return `${[names.join(","), ...lines].join("\r\n")}\r\n`;
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function download(name: string, type: string, text: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
