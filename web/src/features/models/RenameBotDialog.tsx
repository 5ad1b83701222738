// Another name for a bot; its id stays.
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import { api, unwrap } from "@/api/client";
import { Dialog } from "@/components/Dialog";
import { Field } from "@/components/fields";
import { notify } from "@/components/notices";
import { nameFault } from "./botRules";
import type { Model } from "./standing";
import { readAgain } from "./useBotChange";

interface RenameBotDialogProps {
  /** Null: closed. */
  model: Model | null;
  onClose: () => void;
}

export function RenameBotDialog({ model, onClose }: RenameBotDialogProps) {
  return model === null ? null : <Renaming key={model.id} model={model} onClose={onClose} />;
}

function Renaming({ model, onClose }: { model: Model; onClose: () => void }) {
  const queryClient = useQueryClient();
  const form = useId();
  const [name, setName] = useState(model.name);
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  const fault = nameFault(name);
  const same = name.trim() === model.name;

  async function save(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (fault !== undefined || same || busy) return;
    setBusy(true);
    setRefused(null);
    try {
      const path = { identity: model.id };
      await unwrap(api.PATCH("/api/bots/{identity}", { params: { path }, body: { name: name.trim() } }));
      await readAgain(queryClient);
      notify({ tone: "good", title: `${model.name} is called ${name.trim()} now` });
      onClose();
    } catch (problem) {
      setRefused(problem instanceof Error ? problem.message : String(problem));
      setBusy(false);
    }
  }

  return (
    <Dialog
      open
      onClose={onClose}
      title={`Rename ${model.name}`}
      footer={
        <>
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button
            type="submit"
            form={form}
            className="button button-primary"
            disabled={fault !== undefined || same || busy}
          >
            {busy ? "…" : "Rename"}
          </button>
        </>
      }
    >
      <form id={form} onSubmit={save} noValidate>
        <Field label="Name" hint={`Its id stays ${model.id}.`} fault={fault ?? refused ?? undefined}>
          {(field) => (
            <input
              {...field}
              className="input"
              data-autofocus
              autoComplete="off"
              spellCheck={false}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
      </form>
    </Dialog>
  );
}
