import type { Schemas } from "../../api/client";
import type { Setting } from "./setting";

type Problem = Schemas["Problem"];

/** What is wrong with a value, as far as the browser can tell: it says it in the language of the person. */
export type Wrong = { is: "needed" } | { is: "bounds"; least: number; most: number };

export function wrongWith(
  setting: Pick<Setting, "kind" | "default" | "optional" | "minimum" | "maximum">,
  value: unknown,
): Wrong | undefined {
  const given = value !== undefined && value !== null && value !== "" && !(Array.isArray(value) && value.length === 0);
  if (!given) return setting.optional || (setting.default ?? null) !== null ? undefined : { is: "needed" };
  const { minimum, maximum } = setting;
  if (typeof value !== "number" || typeof minimum !== "number" || typeof maximum !== "number") return undefined;
  return value < minimum || value > maximum ? { is: "bounds", least: minimum, most: maximum } : undefined;
}

/** What the server says of one place in the document, or of what is in there. */
export function problemsAt(problems: Problem[], path: (string | number)[]): Problem[] {
  return problems.filter((one) => path.every((key, at) => one.path[at] === key));
}

/** What it says of an alarm, but of none of these settings of it. */
export function otherProblems(problems: Problem[], path: (string | number)[], fields: string[]): Problem[] {
  return problemsAt(
    problems.filter((one) => !fields.includes(String(one.path[path.length]))),
    path,
  );
}

/**
 * Say a problem in the words that the console has for its code, or for its sentence (`inWords`). The server's own are
 * English: they stand alone where that is spoken, else after a word that something is wrong.
 */
export function sayProblem(
  { code = "invalid", limit, message }: Problem,
  said: (code: string) => string | undefined,
  inWords: (sentence: string) => string | undefined = () => undefined,
): string {
  const words = said(code) ?? inWords(message) ?? said("other") ?? "{{message}}";
  return words.replace("{{limit}}", String(limit ?? "")).replace("{{message}}", message);
}
