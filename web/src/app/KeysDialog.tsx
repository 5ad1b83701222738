// Which key does what.
import { Dialog } from "@/components/Dialog";
import { KeyList } from "@/components/KeyList";

export function KeysDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Keys"
      footer={
        <button type="button" className="button" data-autofocus onClick={onClose}>
          Close
        </button>
      }
    >
      <KeyList />
      <p className="dim">Single keys can be switched off under View.</p>
    </Dialog>
  );
}
