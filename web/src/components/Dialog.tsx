// A modal dialog on the browser's own <dialog>: focus stays inside, Escape closes, and nothing injects styles, which
// the content security policy would refuse.
import { type ReactNode, useEffect, useId, useRef } from "react";

interface DialogProps {
  open: boolean;
  onClose: () => void;
  title: ReactNode;
  danger?: boolean;
  children: ReactNode;
  /** Buttons. The one with `autoFocus` has the focus when the dialog opens. */
  footer?: ReactNode;
  /** Without padding and heading bar; the title is only read out. */
  bare?: boolean;
}

export function Dialog({ open, onClose, title, danger = false, children, footer, bare = false }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = element.current;
    if (!dialog) return;
    if (open && !dialog.open) {
      dialog.showModal();
      dialog.querySelector<HTMLElement>("[data-autofocus]")?.focus();
    }
    if (!open && dialog.open) dialog.close();
  }, [open]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape is the key for it, and the browser's
    <dialog
      ref={element}
      className={`dialog ${danger ? "dialog-danger" : ""}`}
      aria-labelledby={id}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === element.current) onClose();
      }}
    >
      {open && (
        <div>
          <div className={bare ? "visually-hidden" : "dialog-head"}>
            <h2 id={id}>{title}</h2>
          </div>
          {bare ? children : <div className="dialog-body">{children}</div>}
          {footer && <div className="dialog-foot">{footer}</div>}
        </div>
      )}
    </dialog>
  );
}
