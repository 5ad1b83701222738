// Nobody loses what was typed by leaving: asked inside the page, and by the browser when it is closed or reloaded.
import { useBlocker } from "@tanstack/react-router";
import { Dialog } from "@/components/Dialog";

export function LeaveGuard({ open }: { open: boolean }) {
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => open && current.pathname !== next.pathname,
    enableBeforeUnload: () => open,
    disabled: !open,
    withResolver: true,
  });
  return (
    <Dialog
      open={blocker.status === "blocked"}
      onClose={() => blocker.reset?.()}
      title="Leave without saving?"
      footer={
        <>
          <button type="button" className="button" data-autofocus onClick={() => blocker.reset?.()}>
            Stay
          </button>
          <button type="button" className="button button-danger" onClick={() => blocker.proceed?.()}>
            Leave and discard
          </button>
        </>
      }
    >
      <p>What you changed here was not saved.</p>
    </Dialog>
  );
}
