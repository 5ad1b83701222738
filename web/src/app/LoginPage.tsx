// Where nothing may be read: paste the token, or open the link that was printed.
import { useState } from "react";
import { logIn } from "@/api/session";
import { Field } from "@/components/fields";

export function LoginPage() {
  return (
    <main className="login">
      <section className="panel" aria-labelledby="login-title">
        <div className="panel-head">
          <h1 id="login-title">Log in to FadeArena</h1>
        </div>
        <div className="panel-body">
          <LoginForm />
        </div>
      </section>
    </main>
  );
}

export function LoginForm({ onDone }: { onDone?: () => void }) {
  const [token, setToken] = useState("");
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string>();

  async function submit(): Promise<void> {
    setBusy(true);
    setFault(undefined);
    try {
      await logIn(tokenIn(token));
      onDone?.();
    } catch (error) {
      setFault(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <Field
        label="Access token or link"
        hint="FadeArena prints a link at its start; open it, or paste it here."
        fault={fault}
      >
        {(field) => (
          <input
            {...field}
            className="input"
            type="password"
            autoComplete="off"
            required
            value={token}
            onChange={(event) => setToken(event.target.value)}
          />
        )}
      </Field>
      <p className="dialog-foot" style={{ paddingInline: 0, paddingBlockEnd: 0, border: 0 }}>
        <button type="submit" className="button button-primary" disabled={busy || token === ""}>
          {busy ? "Logging in" : "Log in"}
        </button>
      </p>
    </form>
  );
}

/** The token of a whole link, or what was pasted. */
function tokenIn(text: string): string {
  return text.trim().split("#token=").at(-1) ?? "";
}
