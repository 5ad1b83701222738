// A button and what it opens beside it, on the browser's own popover: closed by Escape or a click elsewhere, above all
// else, and without a library.
import { type ReactNode, useEffect, useId, useRef, useState } from "react";

interface PopoverProps {
  /** Of the button; read out where `label` is given too. */
  trigger: ReactNode;
  /** Read out for button and content. */
  label: string;
  className?: string;
  onOpenChange?: (open: boolean) => void;
  children: ReactNode;
}

const GAP_PX = 4;

export function Popover({ trigger, label, className = "button button-quiet", onOpenChange, children }: PopoverProps) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);
  const changed = useRef(onOpenChange);
  changed.current = onOpenChange;

  useEffect(() => {
    const element = content.current;
    if (!element) return;
    const onToggle = (event: Event) => {
      const now = (event as ToggleEvent).newState === "open";
      setOpen(now);
      changed.current?.(now);
      const beside = button.current;
      if (!now || !beside) return;
      place(element, beside);
      // Once more when its content is drawn and its height is known.
      requestAnimationFrame(() => place(element, beside));
    };
    element.addEventListener("toggle", onToggle);
    return () => element.removeEventListener("toggle", onToggle);
  }, []);

  return (
    <>
      <button
        ref={button}
        type="button"
        className={className}
        popoverTarget={id}
        aria-expanded={open}
        aria-label={label}
        aria-haspopup="dialog"
      >
        {trigger}
      </button>
      <div ref={content} id={id} popover="auto" role="dialog" aria-label={label} className="menu popover">
        {open && children}
      </div>
    </>
  );
}

/** Below the button, its right edge under the button's, and within the window. */
function place(content: HTMLElement, button: HTMLElement): void {
  const at = button.getBoundingClientRect();
  const lowest = Math.max(GAP_PX, window.innerHeight - content.offsetHeight - GAP_PX);
  content.style.top = `${Math.min(lowest, at.bottom + GAP_PX)}px`;
  const room = Math.max(GAP_PX, window.innerWidth - content.offsetWidth - GAP_PX);
  content.style.right = `${Math.min(room, Math.max(GAP_PX, window.innerWidth - at.right))}px`;
}
