import type { Schemas } from "../../api/client";
import type { Template } from "../../parts/cameras/queries";
import { crosses, type Point, type Shape } from "../../parts/scene/shapes";

const PREFERRED = "nanodet";
/** What this wizard can ask for; the rest is set under Rules. */
const ASKED = ["number", "integer", "choice"];

type Kind = Shape["kind"];
type Parameter = Schemas["Parameter"];

/** The parameters that must be given, by name. */
export function requiredOf({ parameters }: Template): [string, Parameter][] {
  return Object.entries(parameters).filter(([, one]) => one.default == null && !one.optional);
}

/** What is to be drawn for a template: the name of its parameter, and of what kind it is. */
export function drawnOf(template: Template): { name: string; kind: Kind; needed: boolean } | undefined {
  const needed = requiredOf(template).find(([, { kind }]) => kind === "zone" || kind === "line");
  if (needed) return { name: needed[0], kind: needed[1].kind as Kind, needed: true };
  const may = Object.entries(template.parameters).find(([, { kind }]) => kind === "zone");
  return may && { name: may[0], kind: "zone", needed: false };
}

/** What has to be asked besides what is drawn. */
export function askedOf(template: Template): [string, Parameter][] {
  const drawn = drawnOf(template)?.name;
  return requiredOf(template).filter(([name]) => name !== drawn);
}

/**
 * Why a template cannot be set up here: `model` and what no model does, `block`, `more`; undefined: it can be.
 * `say` names what models find in the language of the person.
 */
export function lackOf(
  template: Template,
  say = (name: string) => name.replaceAll("_", " "),
): { why: "model" | "block" | "more"; what: string } | undefined {
  const lacks = template.fit?.lacks ?? [];
  if (template.missing_blocks.length) return { why: "block", what: template.missing_blocks.join(", ") };
  if (lacks.length) return { why: "model", what: lacks.map((code) => lackName(code, say)).join(", ") };
  if (askedOf(template).some(([, { kind }]) => !ASKED.includes(kind))) return { why: "more", what: "" };
  return undefined;
}

const lackName = (code: string, say: (name: string) => string) => {
  const names = code.slice(code.indexOf(":") + 1).split("|");
  return [...new Set(names.map(say))].join(", ");
};

/** Whether what was drawn can be used. */
export const isWhole = (shape: Shape): boolean => !crosses(shape);

/** The document of a task: the template with its place, and a model that does for it. */
export function documentOf(
  template: Template,
  shape: Shape | undefined,
  settings: Record<string, unknown>,
): Record<string, unknown> {
  const { models = [], readers = [] } = template.fit ?? {};
  const model = models.includes(PREFERRED) ? PREFERRED : models[0];
  const drawn = drawnOf(template);
  return {
    ...(model ? { model } : {}),
    ...(readers.length ? { secondary: readers.map((reader) => ({ model: reader })) } : {}),
    ...(shape ? placeOf(shape) : {}),
    alarms: [{ template: template.name, ...(shape && drawn ? { [drawn.name]: shape.name } : {}), ...settings }],
  };
}

function placeOf({ kind, name, points }: Shape): Record<string, unknown> {
  if (kind === "zone") return { zones: [{ name, vertices: points }] };
  return { lines: [{ name, start: points[0], end: points[1] }] };
}

const WHOLE: Point[] = [
  [0.02, 0.02],
  [0.98, 0.02],
  [0.98, 0.98],
  [0.02, 0.98],
];
const MIDDLE: Point[] = [
  [0.5, 0.1],
  [0.5, 0.9],
];

/** What somebody gets who does not want to draw: the whole picture, or a line across it. */
export const readyMade = (kind: Kind, name: string): Shape => ({
  kind,
  name,
  points: kind === "zone" ? WHOLE : MIDDLE,
});
