// Watches one more wallet: every field checked as it is typed, what the server refuses shown beside the field it is about.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import { ApiError, api, unwrap } from "@/api/client";
import { botsQuery } from "@/api/queries";
import { Dialog } from "@/components/Dialog";
import { Field } from "@/components/fields";
import { notify } from "@/components/notices";
import { equityFault, type Fault, idFault, multiplierFault, nameFault, numberIn, walletFault } from "./botRules";
import { readAgain } from "./useBotChange";

const FIELDS = ["id", "name", "walletAddress", "startingEquity", "leverageMultiplier"] as const;
type Name = (typeof FIELDS)[number];
type Texts = Record<Name, string>;
const EMPTY: Texts = { id: "", name: "", walletAddress: "", startingEquity: "", leverageMultiplier: "" };

const LABELS: Record<Name, string> = {
  id: "Id",
  name: "Name",
  walletAddress: "Wallet on Hyperliquid",
  startingEquity: "Began with, USD (may be empty)",
  leverageMultiplier: "Multiplier (may be empty)",
};
const HINTS: Record<Name, string> = {
  id: "Short and for good, as in gpt-5. Addresses and history use it.",
  name: "What is shown. It can be changed later.",
  walletAddress: "Public address whose trades are faded.",
  startingEquity: "Gains and losses are measured from here.",
  leverageMultiplier: "0.01 to 10, at most four decimals. Empty: the default of the settings.",
};

interface AddBotDialogProps {
  open: boolean;
  onClose: () => void;
}

export function AddBotDialog({ open, onClose }: AddBotDialogProps) {
  return open ? <Adding onClose={onClose} /> : null;
}

function Adding({ onClose }: { onClose: () => void }) {
  const queryClient = useQueryClient();
  const form = useId();
  const watched = useQuery(botsQuery()).data?.bots ?? [];
  const [texts, setTexts] = useState(EMPTY);
  const [touched, setTouched] = useState<ReadonlySet<Name>>(new Set());
  const [refused, setRefused] = useState<Record<string, string>>({});
  const [refusal, setRefusal] = useState<string | null>(null);
  const [enabled, setEnabled] = useState(true);
  const [adopt, setAdopt] = useState(false);
  const [busy, setBusy] = useState(false);
  const faults: Record<Name, Fault> = {
    id: idFault(
      texts.id,
      watched.map((bot) => bot.id),
    ),
    name: nameFault(texts.name),
    walletAddress: walletFault(
      texts.walletAddress,
      watched.map((bot) => bot.walletAddress.toLowerCase()),
    ),
    startingEquity: equityFault(texts.startingEquity),
    leverageMultiplier: multiplierFault(texts.leverageMultiplier),
  };
  const wrong = FIELDS.some((name) => faults[name] !== undefined);

  function type(name: Name, text: string): void {
    setTexts((before) => ({ ...before, [name]: text }));
    setTouched((before) => new Set(before).add(name));
    setRefused(({ [name]: _, ...others }) => others);
    setRefusal(null);
  }

  async function add(event: FormEvent): Promise<void> {
    event.preventDefault();
    setTouched(new Set(FIELDS));
    if (wrong || busy) return;
    setBusy(true);
    setRefusal(null);
    try {
      await unwrap(api.POST("/api/bots", { body: bodyOf(texts, enabled, adopt) }));
      await readAgain(queryClient);
      notify({ tone: "good", title: `${texts.name.trim()} is watched now` });
      onClose();
    } catch (fault) {
      const fields = fault instanceof ApiError ? fault.fields : {};
      setRefused(fields);
      const shown = Object.keys(fields).some((name) => name in texts);
      setRefusal(shown ? null : fault instanceof Error ? fault.message : String(fault));
      setBusy(false);
    }
  }

  return (
    <Dialog
      open
      onClose={onClose}
      title="Watch a bot"
      footer={
        <>
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" form={form} className="button button-primary" disabled={busy}>
            {busy ? "…" : "Watch it"}
          </button>
        </>
      }
    >
      <form id={form} className="add-bot" onSubmit={add} noValidate>
        {FIELDS.map((name) => (
          <Field
            key={name}
            label={LABELS[name]}
            hint={HINTS[name]}
            fault={(touched.has(name) ? faults[name] : undefined) ?? refused[name]}
          >
            {(field) => (
              <input
                {...field}
                className="input"
                data-autofocus={name === "id" ? true : undefined}
                inputMode={name === "startingEquity" || name === "leverageMultiplier" ? "decimal" : undefined}
                autoComplete="off"
                autoCapitalize="off"
                spellCheck={false}
                value={texts[name]}
                onChange={(event) => type(name, event.target.value)}
              />
            )}
          </Field>
        ))}
        <Tick checked={enabled} onChange={setEnabled}>
          Fade it from the start
        </Tick>
        <Tick checked={adopt} onChange={setAdopt}>
          Fade at once what it holds already; else that is left alone until it is closed
        </Tick>
        {refusal !== null && (
          <p className="field-error" role="alert">
            {refusal}
          </p>
        )}
      </form>
    </Dialog>
  );
}

interface TickProps {
  checked: boolean;
  onChange: (checked: boolean) => void;
  children: string;
}

function Tick({ checked, onChange, children }: TickProps) {
  return (
    <label className="tick">
      <input type="checkbox" checked={checked} onChange={(event) => onChange(event.target.checked)} />
      {children}
    </label>
  );
}

function bodyOf(texts: Texts, enabled: boolean, adopt: boolean) {
  return {
    id: texts.id,
    name: texts.name.trim(),
    walletAddress: texts.walletAddress,
    startingEquity: numberIn(texts.startingEquity),
    leverageMultiplier: numberIn(texts.leverageMultiplier),
    adoptExisting: adopt ? true : null,
    enabled,
  };
}
