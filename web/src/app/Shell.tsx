// What is around every page: mode, figures, connection and kill switch above, navigation, toasts, and the keys.
import { Outlet } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useState } from "react";
import { usePublic } from "@/api/public";
import { useSession } from "@/api/session";
import { Dialog } from "@/components/Dialog";
import { useLive } from "@/live/store";
import { useAlerts } from "./alerts";
import { Header } from "./Header";
import { KeysDialog } from "./KeysDialog";
import { KillSwitchBanner, KillSwitchDialog } from "./KillSwitch";
import { LoginForm } from "./LoginPage";
import { Nav } from "./Nav";
import { useShortcuts } from "./shortcuts";
import { useCurrentState } from "./state";
import { LiveRegion, Toasts } from "./Toasts";
import { useTitle } from "./title";

// Loaded when it is first asked for: most visits never do.
const CommandPalette = lazy(async () => ({ default: (await import("./CommandPalette")).CommandPalette }));

export type Overlay = "kill" | "palette" | "keys" | "login" | null;

export function Shell() {
  const [overlay, setOverlay] = useState<Overlay>(null);
  const mode = useCurrentState((state) => state.mode);
  const shownToPublic = usePublic();
  const reader = useSession((session) => session.status === "reader") && !shownToPublic;
  useShortcuts(setOverlay);
  useAlerts();
  useTitle();
  useHeaderHeight();
  const close = () => setOverlay(null);
  return (
    <div className="shell" data-mode={mode ?? "unknown"}>
      <a className="skip" href="#main">
        Skip to content
      </a>
      <Header onKill={() => setOverlay("kill")} />
      <Nav onOverlay={setOverlay} />
      <div>
        <aside aria-label="Status">
          <KillSwitchBanner onResume={() => setOverlay("kill")} />
          <LoggedOutBanner />
          {reader && (
            <p className="banner banner-notice">
              Reading only.
              <button type="button" className="button" onClick={() => setOverlay("login")}>
                Log in to operate
              </button>
            </p>
          )}
        </aside>
        <main id="main" className="main" tabIndex={-1}>
          <Outlet />
        </main>
      </div>
      <footer className="footer">
        <a href="/schema">API</a>
        {!shownToPublic && <a href="/metrics">Metrics</a>}
        <span>No request leaves this machine but those to the exchange.</span>
        <span>Prices charted with TradingView Lightweight Charts™.</span>
      </footer>
      <KillSwitchDialog
        open={overlay === "kill" && !shownToPublic}
        onClose={close}
        onLogin={() => setOverlay("login")}
      />
      {overlay === "palette" && (
        <Suspense fallback={null}>
          <CommandPalette open onClose={close} onOverlay={setOverlay} />
        </Suspense>
      )}
      <KeysDialog open={overlay === "keys"} onClose={close} />
      <Dialog open={overlay === "login"} onClose={close} title="Log in">
        <LoginForm onDone={close} />
      </Dialog>
      <Toasts />
      <LiveRegion />
    </div>
  );
}

function LoggedOutBanner() {
  const refused = useLive((live) => live.link === "logged-out");
  if (!refused) return null;
  return <p className="banner banner-notice">The live feed needs a login; figures are read every few seconds.</p>;
}

/** The navigation sticks below the header, however high that is. */
function useHeaderHeight(): void {
  useEffect(() => {
    const header = document.querySelector<HTMLElement>(".header");
    if (!header) return;
    const observer = new ResizeObserver(() => {
      document.documentElement.style.setProperty("--header-height", `${header.offsetHeight}px`);
    });
    observer.observe(header);
    return () => observer.disconnect();
  }, []);
}
