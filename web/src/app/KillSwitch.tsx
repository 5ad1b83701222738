// The kill switch. It needs no live feed: a plain POST, and then the state is read until it says so. Halting takes one
// confirmation and no text; going on takes a reason.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError, api, type Schemas, unwrap } from "@/api/client";
import { usePublic } from "@/api/public";
import { settingsQuery, stateQuery } from "@/api/queries";
import { useMayWrite } from "@/api/session";
import { Dialog } from "@/components/Dialog";
import { Field } from "@/components/fields";
import { Time } from "@/components/figures";
import { notify } from "@/components/notices";
import { useCurrentState } from "./state";

type Exits = Schemas["SettingsView"]["killSwitchExits"];

const POLL_MS = 400;
const POLLS_MAX = 25;
const TRIES_MAX = 4;

/** What becomes of our positions meanwhile, by the setting of that name. */
const EXITS: Record<NonNullable<Exits>, string> = {
  hold: "What we hold is kept as it is.",
  follow: "What we hold still closes when its bot closes.",
  flatten: "What we hold is closed at the market.",
};

const UNREAD = "What becomes of what we hold is as killSwitchExits says, which has not been read.";

interface KillSwitchDialogProps {
  open: boolean;
  onClose: () => void;
  onLogin: () => void;
}

export function KillSwitchDialog({ open, onClose, onLogin }: KillSwitchDialogProps) {
  const active = useCurrentState((state) => state.killSwitch) ?? false;
  const mayWrite = useMayWrite();
  if (!mayWrite) return <LoginFirst open={open} onClose={onClose} onLogin={onLogin} />;
  return active ? <Resume open={open} onClose={onClose} /> : <Halt open={open} onClose={onClose} />;
}

function LoginFirst({ open, onClose, onLogin }: KillSwitchDialogProps) {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Kill switch"
      danger
      footer={
        <>
          <button type="button" className="button" data-autofocus onClick={onClose}>
            Cancel
          </button>
          <button type="button" className="button button-primary" onClick={onLogin}>
            Log in
          </button>
        </>
      }
    >
      <p>
        This browser is not logged in. Log in, or use the console of the machine: <code>fadearena kill on</code>
      </p>
    </Dialog>
  );
}

function Halt({ open, onClose }: { open: boolean; onClose: () => void }) {
  const queryClient = useQueryClient();
  const settings = useQuery({ ...settingsQuery(), enabled: open });
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  // Null: not read yet, or not to be read. Stopping does not wait for it, and promises nothing then.
  const exits: NonNullable<Exits> | null = settings.data?.killSwitchExits ?? null;
  const kept = exits === "flatten" ? "hold" : exits;

  async function halt(wanted: NonNullable<Exits> | null): Promise<void> {
    setBusy(true);
    setFault(null);
    try {
      // Keeping positions has to be set before the switch, which would close them; closing them can follow it.
      if (exits === "flatten" && wanted !== null && wanted !== "flatten") await setExits(wanted);
      await turn(true, "dashboard");
      if (wanted === "flatten" && exits !== "flatten") await setExits(wanted);
      await settled(true, (state) => queryClient.setQueryData(stateQuery().queryKey, state));
      notify({ tone: "warning", title: "The kill switch is on", text: wanted === null ? UNREAD : EXITS[wanted] });
      void queryClient.invalidateQueries({ queryKey: settingsQuery().queryKey });
      onClose();
    } catch (error) {
      setFault(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Kill switch"
      danger
      footer={
        <>
          <button type="button" className="button" data-autofocus onClick={onClose}>
            Cancel
          </button>
          <button
            type="button"
            className="button button-danger"
            data-testid="halt-new"
            disabled={busy}
            onClick={() => void halt(kept)}
          >
            Halt new
          </button>
          <button
            type="button"
            className="button button-danger"
            data-testid="halt-flatten"
            disabled={busy}
            onClick={() => void halt("flatten")}
          >
            Halt + flatten
          </button>
        </>
      }
    >
      <p>
        <b>Halt new</b>: nothing is opened any more. {kept === null ? UNREAD : EXITS[kept]}
      </p>
      <p>
        <b>Halt + flatten</b>: nothing is opened any more. {EXITS.flatten}
        {exits !== "flatten" && <span className="dim"> Sets killSwitchExits to flatten.</span>}
      </p>
      <p className="dim">It holds over restarts, until somebody resumes and says why.</p>
      {fault !== null && (
        <p className="field-error" role="alert">
          {fault} You can also stop it on the machine: <code>fadearena kill on</code>
        </p>
      )}
    </Dialog>
  );
}

function Resume({ open, onClose }: { open: boolean; onClose: () => void }) {
  const queryClient = useQueryClient();
  const since = useCurrentState((state) => state.killSwitchActivatedAt);
  const why = useCurrentState((state) => state.killSwitchReason);
  const [reason, setReason] = useState("");
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string | null>(null);

  async function resume(): Promise<void> {
    setBusy(true);
    setFault(null);
    try {
      await turn(false, reason.trim());
      await settled(false, (state) => queryClient.setQueryData(stateQuery().queryKey, state));
      notify({ tone: "good", title: "Trading goes on", text: reason.trim() });
      setReason("");
      onClose();
    } catch (error) {
      setFault(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="The kill switch is on"
      danger
      footer={
        <>
          <button type="button" className="button" data-autofocus onClick={onClose}>
            Stay halted
          </button>
          <button
            type="button"
            className="button button-primary"
            data-testid="resume"
            disabled={busy || reason.trim() === ""}
            onClick={() => void resume()}
          >
            Resume trading
          </button>
        </>
      }
    >
      <p>
        Since <Time at={since} as="full" />
        {why ? <>, because: {why}</> : null}
      </p>
      <Field label="Why may it go on?" hint="Kept in the log." fault={fault ?? undefined}>
        {(field) => (
          <input
            {...field}
            className="input"
            maxLength={200}
            autoComplete="off"
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        )}
      </Field>
    </Dialog>
  );
}

export function KillSwitchBanner({ onResume }: { onResume: () => void }) {
  const shownToPublic = usePublic();
  const active = useCurrentState((state) => state.killSwitch);
  const why = useCurrentState((state) => state.killSwitchReason);
  if (active !== true) return null;
  return (
    <div className="banner" role="status" data-testid="halted">
      <span>HALTED: nothing new is opened.{why ? ` Reason: ${why}` : ""}</span>
      {!shownToPublic && (
        <button type="button" className="button" onClick={onResume}>
          Resume
        </button>
      )}
    </div>
  );
}

async function turn(active: boolean, reason: string): Promise<void> {
  await persistently(() => unwrap(api.POST("/api/kill-switch", { body: { active, reason } })));
}

async function setExits(killSwitchExits: NonNullable<Exits>): Promise<void> {
  await persistently(() => unwrap(api.POST("/api/settings", { body: { killSwitchExits } })));
}

/** Tries again while nobody answers; a refusal is final. */
async function persistently<T>(act: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await act();
    } catch (fault) {
      const again = fault instanceof ApiError && (fault.status === 0 || fault.status >= 500);
      if (!again || tries >= TRIES_MAX) throw fault;
      await pause(POLL_MS * tries);
    }
  }
}

/** Reads the state until it says what was asked for. */
async function settled(active: boolean, show: (state: Schemas["State"]) => void): Promise<void> {
  for (let polls = 0; polls < POLLS_MAX; polls++) {
    const state = await unwrap(api.GET("/api/state"));
    show(state);
    if (state.killSwitch === active) return;
    await pause(POLL_MS);
  }
  throw new Error("The server took the order, but its state does not say so yet; look at the log.");
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
