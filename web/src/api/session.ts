// Whether this browser is logged in, and the token that its writes carry.
import { create } from "zustand";
import { ApiError, api, onLoggedOut, setCsrfToken, unwrap } from "./client";

/** `reader`: not logged in, but the server lets this machine read. `out`: not even that. */
export type SessionStatus = "starting" | "in" | "reader" | "out";

const RETRY_MS = 3000;

interface SessionStore {
  status: SessionStatus;
  expiresAt: number | null;
}

export const useSession = create<SessionStore>()(() => ({ status: "starting", expiresAt: null }));

/** Whether controls that write may be offered. */
export const useMayWrite = (): boolean => useSession((session) => session.status === "in");

let asking = false;

// A refused request says only that it was refused: whether this browser may still read is asked anew.
onLoggedOut(() => {
  if (!asking) void resume();
});

/** Exchanges a token for a session. Throws ApiError. */
export async function logIn(token: string): Promise<void> {
  const session = await unwrap(api.POST("/api/session", { body: { token } }));
  setCsrfToken(session.csrfToken ?? null);
  useSession.setState({ status: "in", expiresAt: session.expiresAt ?? null });
}

export async function logOut(): Promise<void> {
  await unwrap(api.DELETE("/api/session"));
  setCsrfToken(null);
  await start();
}

/** Finds out how things stand: a token behind the # of the address, a running session, or neither. */
export async function start(): Promise<void> {
  const token = tokenOfAddress();
  if (token === null || !(await tryToLogIn(token))) await resume();
}

/** A link works once; where it no longer does a session may still run, and the login page says the rest. */
async function tryToLogIn(token: string): Promise<boolean> {
  asking = true;
  try {
    await logIn(token);
    return true;
  } catch {
    return false;
  } finally {
    asking = false;
  }
}

async function resume(): Promise<void> {
  asking = true;
  try {
    const session = await unwrap(api.GET("/api/session"));
    setCsrfToken(session.csrfToken ?? null);
    useSession.setState({ status: session.authenticated ? "in" : "reader", expiresAt: session.expiresAt ?? null });
  } catch (fault) {
    const status = fault instanceof ApiError ? fault.status : 0;
    useSession.setState({ status: status === 401 ? "out" : "reader", expiresAt: null });
    if (status === 0 || status >= 500) setTimeout(() => void resume(), RETRY_MS);
  } finally {
    asking = false;
  }
}

/** Takes the token out of the address at once, so that neither history nor a screenshot keeps it. */
function tokenOfAddress(): string | null {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (token === null) return null;
  history.replaceState(history.state, "", location.pathname + location.search);
  return token;
}
