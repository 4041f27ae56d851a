import type { Schemas } from "../../api/client";
import { listed } from "../documents";
import type { Shape } from "../scene/shapes";

/** A zone or a line of a task, for showing only. */
export type Place = Shape;

/** Take the zones and lines out of the documents of tasks; each name once, whatever is no place is left out. */
export function placesOf(documents: Schemas["TaskDocument"][]): Place[] {
  const found = documents.flatMap((document) => [
    ...listed(document.zones).map(({ name, vertices }) => placeOf("zone", name, vertices)),
    ...listed(document.lines).map(({ name, start, end }) => placeOf("line", name, [start, end])),
  ]);
  const named = new Map(found.filter((place) => place !== undefined).map((place) => [place.kind + place.name, place]));
  return [...named.values()];
}

function placeOf(kind: Place["kind"], name: unknown, points: unknown): Place | undefined {
  if (typeof name !== "string" || !Array.isArray(points) || !points.every(isPoint)) return undefined;
  return { kind, name, points };
}

function isPoint(value: unknown): value is [number, number] {
  return Array.isArray(value) && value.length === 2 && value.every((share) => typeof share === "number");
}
