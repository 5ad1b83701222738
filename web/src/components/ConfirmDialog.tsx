// Asks before something is done; with `typed`, only who types it can do it. Cancel has the focus.
import { type ReactNode, useState } from "react";
import { Dialog } from "./Dialog";
import { Field } from "./fields";

interface ConfirmDialogProps {
  open: boolean;
  onClose: () => void;
  title: string;
  children: ReactNode;
  /** What the button says, as a verb. */
  verb: string;
  danger?: boolean;
  /** Has to be typed, letter by letter. */
  typed?: string;
  /** While it is done the button waits; an error is shown and the dialog stays. */
  onConfirm: () => Promise<void>;
}

export function ConfirmDialog(props: ConfirmDialogProps) {
  return <Confirming key={String(props.open)} {...props} />;
}

function Confirming({ open, onClose, title, children, verb, danger, typed, onConfirm }: ConfirmDialogProps) {
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  const allowed = !busy && (typed === undefined || text.trim() === typed);

  async function confirm(): Promise<void> {
    setBusy(true);
    setFault(null);
    try {
      await onConfirm();
      onClose();
    } catch (error) {
      setFault(error instanceof Error ? error.message : String(error));
      setBusy(false);
    }
  }

  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={title}
      danger={danger}
      footer={
        <>
          <button type="button" className="button" data-autofocus onClick={onClose}>
            Cancel
          </button>
          <button
            type="button"
            className={`button ${danger ? "button-danger" : "button-primary"}`}
            disabled={!allowed}
            onClick={confirm}
          >
            {busy ? "…" : verb}
          </button>
        </>
      }
    >
      {children}
      {typed !== undefined && (
        <Field label={`Type ${typed} to confirm`} hint={<>Letter for letter: {typed}</>}>
          {(field) => (
            <input
              {...field}
              className="input"
              autoComplete="off"
              spellCheck={false}
              value={text}
              onChange={(event) => setText(event.target.value)}
              onKeyDown={(event) => {
                if (event.key === "Enter" && allowed) void confirm();
              }}
            />
          )}
        </Field>
      )}
      {fault !== null && (
        <p className="field-error" role="alert">
          {fault}
        </p>
      )}
    </Dialog>
  );
}
