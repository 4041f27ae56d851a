import type { Schemas } from "../../../api/client";

export type Guess = Schemas["ModelGuess"];
type Answers = Schemas["ModelAnswers"];

/** What a person wrote into the form; what is empty is left to the guess. */
export interface Said {
  name?: string;
  family?: string;
  names?: string;
  width?: number | null;
  height?: number | null;
  colour?: "RGB" | "BGR";
  fit?: "letterbox" | "stretch";
  mean?: string;
  std?: string;
  licence?: string;
  heads?: string;
  options?: string;
}

/** The words of a text, one a line or divided by commas. */
export const listOf = (text = ""): string[] =>
  text
    .split(text.includes("\n") ? "\n" : /[\n,，]/)
    .map((one) => one.trim())
    .filter(Boolean);

/** Three numbers, or one for all channels; undefined: nothing, or no numbers. */
export function tripleOf(text = ""): [number, number, number] | undefined {
  const numbers = text
    .split(/[\s,，]+/)
    .filter(Boolean)
    .map(Number);
  const [first, second = first, third = first] = numbers;
  if (first === undefined || ![1, 3].includes(numbers.length) || numbers.some(Number.isNaN)) return undefined;
  return [first, second as number, third as number];
}

/** Lines of `key = value`, as the entries of an object. */
export const pairsOf = (text = ""): [string, string][] =>
  text.split("\n").flatMap((line): [string, string][] => {
    const [key = "", ...rest] = line.split("=");
    return key.trim() && rest.length ? [[key.trim(), rest.join("=").trim()]] : [];
  });

/** A value as it is meant: a number, yes or no, a list, else a text. */
function valueOf(text: string): string | number | boolean | number[] | string[] {
  if (text === "true" || text === "false") return text === "true";
  if (text && !Number.isNaN(Number(text))) return Number(text);
  if (!text.startsWith("[")) return text;
  const parts = listOf(text.replace(/^\[|\]$/g, ""));
  const numbers = parts.map(Number);
  return numbers.some(Number.isNaN) ? parts : numbers;
}

/** What the server is told of a form. */
export function answersOf(said: Said): Answers {
  const { name = "", family = "", colour = "", fit = "", licence = "", width, height } = said;
  return {
    name,
    family,
    colour,
    fit,
    licence,
    class_names: listOf(said.names),
    size: width && height ? [width, height] : null,
    mean: tripleOf(said.mean) ?? null,
    std: tripleOf(said.std) ?? null,
    heads: Object.fromEntries(pairsOf(said.heads).map(([key, value]) => [key, listOf(value)])),
    options: Object.fromEntries(pairsOf(said.options).map(([key, value]) => [key, valueOf(value)])),
  };
}

/** What is kept is what was seen: where nothing was said, what the trial left of the guess. */
export function answersToKeep(said: Said, guess: Guess): Answers {
  const answers = answersOf(said);
  if (!guess.card) return answers;
  const { width, height, colour, fit, mean, std } = guess.card.input;
  return {
    ...answers,
    name: answers.name || guess.name,
    size: answers.size ?? [width, height],
    colour: answers.colour || (colour === "RGB" ? "RGB" : "BGR"),
    fit: answers.fit || (fit === "stretch" ? "stretch" : "letterbox"),
    mean: answers.mean ?? (mean as [number, number, number]),
    std: answers.std ?? (std as [number, number, number]),
  };
}

/** The fields that somebody has to say before the model can be kept. */
export const missingOf = (guess: Guess): string[] =>
  guess.fields.filter(({ asked, certainty }) => asked && certainty === "unknown").map(({ name }) => name);
