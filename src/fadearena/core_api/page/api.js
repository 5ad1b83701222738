// Asks the API. Keeps the CSRF token of the session in memory only.
let csrf = null;

export class Problem extends Error {
  constructor(status, problem) {
    super(problem?.detail ?? `the server answered ${status}`);
    this.status = status;
  }
}

async function call(path, options) {
  const answer = await fetch(path, { credentials: "same-origin", ...options });
  const body = answer.status === 204 ? null : await answer.json().catch(() => null);
  if (!answer.ok) throw new Problem(answer.status, body);
  return body;
}

export const get = (path) => call(path, { headers: { accept: "application/json" } });

export const post = (path, data) => call(path, {
  method: "POST",
  headers: { "content-type": "application/json", ...(csrf ? { "x-csrf-token": csrf } : {}) },
  body: JSON.stringify(data),
});

// Buys a session with the token behind the #, and takes the token out of the address at once.
export async function logInFromAddress() {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (!token) return;
  history.replaceState(null, "", location.pathname);
  await logIn(token);
}

export async function logIn(token) {
  csrf = (await post("/api/session", { token })).csrfToken;
}

// Whether this browser is logged in.
export async function resume() {
  const session = await get("/api/session");
  csrf = session.csrfToken;
  return session.authenticated;
}
