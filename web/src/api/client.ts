// The one way to the API: typed by its own document, with the session's CSRF token on every write.
import createClient, { type Middleware } from "openapi-fetch";
import type { components, paths } from "./api";

export type Schemas = components["schemas"];
export type Problem = Schemas["Problem"];

/** An answer that is no success. `problem.detail` is a sentence a person can act on. */
export class ApiError extends Error {
  override name = "ApiError";

  constructor(readonly problem: Problem) {
    super(problem.detail);
  }

  get status(): number {
    return this.problem.status;
  }

  /** Each wrong field by its name in the API. */
  get fields(): Record<string, string> {
    return this.problem.errors ?? {};
  }
}

/** Status 0: nobody answered. */
export const unreachable = (): ApiError =>
  new ApiError({
    type: "urn:fadearena:problem:unreachable",
    title: "Not reachable",
    status: 0,
    detail: "FadeArena does not answer. Is it still running? This page tries again by itself.",
  });

let csrfToken: string | null = null;
let whenLoggedOut: () => void = () => {};

export function setCsrfToken(token: string | null): void {
  csrfToken = token;
}

export function onLoggedOut(call: () => void): void {
  whenLoggedOut = call;
}

const csrf: Middleware = {
  onRequest({ request }) {
    if (request.method !== "GET" && csrfToken !== null) request.headers.set("x-csrf-token", csrfToken);
    return request;
  },
};

export const api = createClient<paths>({ baseUrl: "/", credentials: "same-origin" });
api.use(csrf);

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The data of an answer, or an ApiError thrown. `unwrap(api.GET("/api/state"))` */
export async function unwrap<T>(asked: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await asked;
  } catch (fault) {
    if (fault instanceof DOMException && fault.name === "AbortError") throw fault;
    throw unreachable();
  }
  if (answer.response.ok) return answer.data as T;
  const problem = problemOf(answer.error, answer.response);
  if (problem.status === 401) whenLoggedOut();
  throw new ApiError(problem);
}

function problemOf(body: unknown, response: Response): Problem {
  if (typeof body === "object" && body !== null && "detail" in body) return body as Problem;
  if (response.status >= 502 && response.status <= 504) return unreachable().problem;
  return {
    type: "urn:fadearena:problem:http-error",
    title: response.statusText,
    status: response.status,
    detail: `The server answered ${response.status}, without saying why.`,
  };
}
