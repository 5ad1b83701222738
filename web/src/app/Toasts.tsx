// Toasts in the corner, and the one place that speaks to screen readers.
import { dismiss, useNotices } from "@/components/notices";

const SHOWN = 3;

export function Toasts() {
  const toasts = useNotices((store) => store.notices).filter((notice) => notice.toast);
  return (
    <section className="toasts" aria-label="New notifications">
      {toasts.slice(0, SHOWN).map((notice) => (
        <div key={notice.id} className="toast" data-tone={notice.tone}>
          <b>{notice.title}</b>
          <button type="button" className="button-quiet" aria-label="Dismiss" onClick={() => dismiss(notice.id)}>
            ✕
          </button>
          {notice.text && <p>{notice.text}</p>}
          {notice.action && (
            <button
              type="button"
              className="button toast-action"
              onClick={() => {
                dismiss(notice.id);
                notice.action?.run();
              }}
            >
              {notice.action.label}
            </button>
          )}
        </div>
      ))}
    </section>
  );
}

export function LiveRegion() {
  const spoken = useNotices((store) => store.spoken);
  return (
    <div className="visually-hidden" role="status" aria-live="polite" data-testid="spoken">
      {spoken}
    </div>
  );
}
