import type { Shape } from "../scene/shapes";

/** A zone or a line of a task, for showing only. */
export type Place = Shape;

/** Take the zones and lines out of the documents of tasks; each name once, whatever is no place is left out. */
export function placesOf(documents: Record<string, unknown>[]): Place[] {
  const found = documents.flatMap((document) => [
    ...each(document.zones).map(({ name, vertices }) => placeOf("zone", name, vertices)),
    ...each(document.lines).map(({ name, start, end }) => placeOf("line", name, [start, end])),
  ]);
  const named = new Map(found.filter((place) => place !== undefined).map((place) => [place.kind + place.name, place]));
  return [...named.values()];
}

function each(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "object" && one !== null) : [];
}

function placeOf(kind: Place["kind"], name: unknown, points: unknown): Place | undefined {
  if (typeof name !== "string" || !Array.isArray(points) || !points.every(isPoint)) return undefined;
  return { kind, name, points };
}

function isPoint(value: unknown): value is [number, number] {
  return Array.isArray(value) && value.length === 2 && value.every((share) => typeof share === "number");
}
