import createClient, { type Middleware } from "openapi-fetch";
import type { components, paths } from "./schema";

export type Schemas = components["schemas"];

/** What the server said no with: one line for a person, what to do, and a code for programs. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly hint: string,
    /** Everything that is wrong with a document that was sent, each with its place. */
    readonly problems: Schemas["Problem"][] = [],
    /** What is particular about it, for words in other languages. */
    readonly values: Record<string, string | number> = {},
  ) {
    super(message);
  }
}

let csrf = "";

/** Remember the token that the server wants back with everything that changes something. */
export function keepToken(token: string): void {
  csrf = token;
}

/** That token, for what fetch cannot do: a long upload that tells how far it is. */
export const tokenToSend = (): string => csrf;

const guard: Middleware = {
  onRequest({ request }) {
    if (request.method !== "GET") request.headers.set("X-CSRF-Token", csrf);
    return request;
  },
  async onResponse({ response }) {
    if (response.ok) return;
    const { error } = (await response.json().catch(() => ({}))) as Partial<Schemas["ErrorAnswer"]>;
    throw new Refused(
      response.status,
      error?.code ?? "unknown",
      error?.message ?? response.statusText,
      error?.hint ?? "",
      error?.problems ?? [],
      error?.values ?? {},
    );
  },
};

/** The typed client of the server; whatever goes wrong is thrown, most often as `Refused`. */
export const api = createClient<paths>({ credentials: "same-origin" });
api.use(guard);

/** Return the data of an answer; `Refused` has been thrown if there is none. */
export async function data<T>(answer: Promise<{ data?: T }>): Promise<T> {
  return (await answer).data as T;
}
