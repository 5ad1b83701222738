// The last look before saving: every change, old → new, and what it will do.
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { Differences } from "./Differences";
import type { Change } from "./draft";
import type { Facts } from "./effects";

interface ReviewDialogProps {
  open: boolean;
  onClose: () => void;
  changes: readonly Change[];
  nameOf: (bot: string) => string;
  facts: Facts;
  live: boolean;
  onSave: () => Promise<void>;
}

export function ReviewDialog({ open, onClose, changes, nameOf, facts, live, onSave }: ReviewDialogProps) {
  return (
    <ConfirmDialog
      open={open}
      onClose={onClose}
      title={changes.length === 1 ? "Save one change" : `Save ${changes.length} changes`}
      verb="Save"
      danger={live}
      onConfirm={onSave}
    >
      {live && <p className="tone-danger">Mode is live: this moves real money.</p>}
      <Differences changes={changes} nameOf={nameOf} facts={facts} />
    </ConfirmDialog>
  );
}
