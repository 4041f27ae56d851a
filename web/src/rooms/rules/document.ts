import type { Schemas } from "../../api/client";
import { alarmsOf, listed, type TaskAlarm, type TaskDocument } from "../../parts/documents";
import { namesIn } from "../../parts/fields/names";
import type { Shape } from "../../parts/scene/shapes";

export type Alarm = TaskAlarm;
export type Parameters = Schemas["FittedTemplate"]["parameters"];
export type Kind = Shape["kind"];

/** What goes on unbroken when only these differ. */
const RULES = new Set(["alarms", "rules", "zones", "lines"]);

const keyOf = (kind: Kind) => (kind === "zone" ? "zones" : "lines");
const placesIn = (document: TaskDocument, kind: Kind) =>
  listed<Schemas["TaskZone"] | Schemas["TaskLine"]>(document[keyOf(kind)]);

/** The zones and lines of a document, to be drawn. */
export function shapesOf(document: TaskDocument): Shape[] {
  const zones = listed(document.zones).map(({ name, vertices }) => ({ name, points: vertices ?? [] }));
  const lines = listed(document.lines).map(({ name, start, end }) => ({
    name,
    points: start && end ? [start, end] : [],
  }));
  return [
    ...zones.map((shape) => ({ ...shape, kind: "zone" as const })),
    ...lines.map((shape) => ({ ...shape, kind: "line" as const })),
  ];
}

/** Put a zone or line in, in the place of the one of its name if there is one. */
export function withShape(document: TaskDocument, shape: Shape): TaskDocument {
  const key = keyOf(shape.kind);
  const places = placesIn(document, shape.kind);
  const [start, end] = shape.points;
  const points = shape.kind === "zone" ? { vertices: shape.points } : { start, end };
  const known = places.some(({ name }) => name === shape.name);
  return {
    ...document,
    [key]: known
      ? places.map((place) => (place.name === shape.name ? { ...place, ...points } : place))
      : [...places, { name: shape.name, ...points }],
  };
}

/** Take a zone or line out, and out of the alarms that name it. */
export function withoutShape(document: TaskDocument, { kind, name }: Shape, kinds: KindsOf): TaskDocument {
  const places = placesIn(document, kind).filter((place) => place.name !== name);
  return renamed({ ...document, [keyOf(kind)]: places }, kind, name, undefined, kinds);
}

/** Give a zone or line another name, in the alarms as well. */
export function withName(document: TaskDocument, { kind, name }: Shape, next: string, kinds: KindsOf): TaskDocument {
  const places = placesIn(document, kind).map((place) => (place.name === name ? { ...place, name: next } : place));
  return renamed({ ...document, [keyOf(kind)]: places }, kind, name, next, kinds);
}

/** Which settings of an alarm name zones, which lines. */
export type KindsOf = (alarm: Alarm) => Record<string, Kind>;

function renamed(
  document: TaskDocument,
  kind: Kind,
  name: string,
  next: string | undefined,
  kinds: KindsOf,
): TaskDocument {
  const alarms = alarmsOf(document).map((alarm) => {
    const changed = Object.entries(kinds(alarm))
      .filter(([key, of]) => of === kind && namesIn(alarm[key]).includes(name))
      .map(([key]) => [key, replaced(alarm[key], name, next)] as const);
    return defined({ ...alarm, ...Object.fromEntries(changed) });
  });
  return alarms.length ? { ...document, alarms } : document;
}

function replaced(value: unknown, name: string, next: string | undefined): unknown {
  const names = namesIn(value).flatMap((one) => (one !== name ? [one] : next === undefined ? [] : [next]));
  return names.length > 1 ? names : names[0];
}

/** An alarm without the settings that are left to their defaults. */
function defined(alarm: Alarm): Alarm {
  return Object.fromEntries(Object.entries(alarm).filter(([, value]) => value !== undefined)) as Alarm;
}

/** A name that no zone or line has yet: `Zone 2`. */
export function freshName(document: TaskDocument, word: string): string {
  const taken = new Set(shapesOf(document).map(({ name }) => name));
  const count = [...Array(taken.size + 1).keys()].find((number) => !taken.has(`${word} ${number + 1}`)) ?? taken.size;
  return `${word} ${count + 1}`;
}

/** Change settings of an alarm; undefined: its default. */
export function withSettings(document: TaskDocument, at: number, settings: Record<string, unknown>): TaskDocument {
  const alarms = alarmsOf(document).map((alarm, index) => (index === at ? defined({ ...alarm, ...settings }) : alarm));
  return { ...document, alarms };
}

/** Have an alarm watch one more zone or line. */
export function withPlaceIn(document: TaskDocument, at: number, setting: string, name: string): TaskDocument {
  const names = [...namesIn(alarmsOf(document)[at]?.[setting]), name];
  return withSettings(document, at, { [setting]: names.length > 1 ? names : name });
}

/** Add an alarm; a second one of a template gets an id of its own. */
export function withAlarm(document: TaskDocument, alarm: Alarm): TaskDocument {
  const taken = new Set(alarmsOf(document).map((one) => one.id ?? one.template));
  let id = alarm.template;
  for (let number = 2; taken.has(id); number++) id = `${alarm.template}_${number}`;
  return { ...document, alarms: [...alarmsOf(document), id === alarm.template ? alarm : { ...alarm, id }] };
}

export function withoutAlarm(document: TaskDocument, at: number): TaskDocument {
  return { ...document, alarms: alarmsOf(document).filter((_, index) => index !== at) };
}

/** Have a model read the crops, if none of that name does yet. */
export function withReaders(document: TaskDocument, readers: string[]): TaskDocument {
  const known = listed(document.secondary);
  const fresh = readers.filter((name) => !known.some(({ model }) => model === name)).map((model) => ({ model }));
  return fresh.length ? { ...document, secondary: [...known, ...fresh] } : document;
}

/** Tell whether an edit lets the stream run on: only its rules and places differ. */
export function streamGoesOn(before: TaskDocument, after: TaskDocument): boolean {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)].filter((key) => !RULES.has(key)));
  return [...keys].every((key) => JSON.stringify(before[key]) === JSON.stringify(after[key]));
}

/** The settings of a template that name zones or lines. */
export function placeKinds(parameters: Parameters): Record<string, Kind> {
  const places = Object.entries(parameters).filter(([, { kind }]) => kind === "zone" || kind === "line");
  return Object.fromEntries(places.map(([key, { kind }]) => [key, kind as Kind]));
}
