import { expect, test } from "vitest";
import type { Schemas } from "../../api/client";
import { placesOf } from "./places";

const yard: Schemas["TaskZone"] = {
  name: "yard",
  vertices: [
    [0.1, 0.1],
    [0.9, 0.1],
    [0.5, 0.9],
  ],
};
const door: Schemas["TaskLine"] = { name: "door", start: [0.2, 0.5], end: [0.8, 0.5] };

test("zones and lines of all tasks, each once", () => {
  expect(placesOf([{ zones: [yard] }, { zones: [yard], lines: [door] }])).toEqual([
    { kind: "zone", name: "yard", points: yard.vertices },
    { kind: "line", name: "door", points: [door.start, door.end] },
  ]);
});

test("what is no place is left out", () => {
  expect(
    placesOf([{}, { zones: "all", lines: [{ name: "x" }, null, { name: 3, start: [0, 0], end: [1, 1] }] } as never]),
  ).toEqual([]);
});
