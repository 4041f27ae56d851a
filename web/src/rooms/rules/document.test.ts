import { describe, expect, test } from "vitest";
import type { Schemas } from "../../api/client";
import { alarmsOf, type TaskDocument } from "../../parts/documents";
import {
  freshName,
  type KindsOf,
  shapesOf,
  streamGoesOn,
  withAlarm,
  withName,
  withoutShape,
  withPlaceIn,
  withReaders,
  withSettings,
  withShape,
} from "./document";

const yard: Schemas["TaskZone"] = {
  name: "yard",
  vertices: [
    [0, 0],
    [1, 0],
    [1, 1],
  ],
  anchor: "center",
};
const gate: Schemas["TaskLine"] = { name: "gate", start: [0, 0.5], end: [1, 0.5] };
const document: TaskDocument = {
  model: "nanodet",
  zones: [yard],
  lines: [gate],
  alarms: [
    { template: "loitering", zone: ["yard", "roof"], dwell_s: 30 },
    { template: "tripwire", line: "gate" },
  ],
};
const kinds: KindsOf = () => ({ zone: "zone", line: "line" });

describe("zones and lines", () => {
  test("are moved without losing what else is said of them", () => {
    const [shape] = shapesOf(document);
    const moved = withShape(document, {
      ...shape!,
      points: [
        [0.1, 0],
        [1, 0],
        [1, 1],
      ],
    });
    expect(moved.zones).toEqual([
      {
        ...yard,
        vertices: [
          [0.1, 0],
          [1, 0],
          [1, 1],
        ],
      },
    ]);
  });
  test("take their new name along into the alarms", () => {
    const [zone, line] = shapesOf(document);
    expect(alarmsOf(withName(document, zone!, "lawn", kinds))[0]!.zone).toEqual(["lawn", "roof"]);
    expect(alarmsOf(withName(document, line!, "door", kinds))[1]!.line).toBe("door");
  });
  test("that are removed are named by no alarm any more", () => {
    const [zone, line] = shapesOf(document);
    expect(alarmsOf(withoutShape(document, zone!, kinds))[0]!.zone).toBe("roof");
    expect("line" in alarmsOf(withoutShape(document, line!, kinds))[1]!).toBe(false);
  });
  test("that are new get a name that is free", () => {
    const one = withShape(document, { kind: "zone", name: freshName(document, "Zone"), points: [] });
    expect(freshName(document, "Zone")).toBe("Zone 1");
    expect(freshName(one, "Zone")).toBe("Zone 2");
  });
});

describe("alarms", () => {
  test("of the same template are told apart", () => {
    const three = [1, 2, 3].reduce((made) => withAlarm(made, { template: "fall" }), {});
    expect(alarmsOf(three).map(({ id }) => id)).toEqual([undefined, "fall_2", "fall_3"]);
  });
  test("watch one more place", () => {
    expect(alarmsOf(withPlaceIn(document, 1, "line", "door"))[1]!.line).toEqual(["gate", "door"]);
    expect(alarmsOf(withPlaceIn({ alarms: [{ template: "fall" }] }, 0, "zone", "hall"))[0]!.zone).toBe("hall");
  });
  test("leave out what is as its template has it", () => {
    expect(alarmsOf(withSettings(document, 0, { dwell_s: undefined }))[0]).toEqual({
      template: "loitering",
      zone: ["yard", "roof"],
    });
  });
});

test("a stream goes on if only rules, zones and lines differ", () => {
  expect(streamGoesOn(document, withSettings(document, 0, { dwell_s: 5 }))).toBe(true);
  expect(streamGoesOn(document, { ...document, analysis_fps: 5 })).toBe(false);
  expect(streamGoesOn(document, withReaders(document, ["colour"]))).toBe(false);
});

test("a model of crops is asked once", () => {
  const once = withReaders(document, ["colour"]);
  expect(withReaders(once, ["colour"])).toBe(once);
});
