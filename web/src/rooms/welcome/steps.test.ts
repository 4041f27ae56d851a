import { describe, expect, test } from "vitest";
import type { Template } from "../../parts/cameras/queries";
import { askedOf, documentOf, drawnOf, lackOf, readyMade } from "./steps";

const parameter = (kind: string, more = {}) => ({ kind, optional: false, choices: [], unit: "", ...more });
function template(parameters: object, fit: object | null = { models: ["big", "nanodet"], readers: [], lacks: [] }) {
  return { name: "intrusion", parameters, fit, missing_blocks: [] } as unknown as Template;
}
const zoned = template({ zone: parameter("zone"), least_s: parameter("number", { default: 1 }) });

describe("what is to be drawn", () => {
  test("is the zone or line that a template must have", () => {
    expect(drawnOf(zoned)).toEqual({ name: "zone", kind: "zone", needed: true });
    expect(drawnOf(template({ line: parameter("line") }))?.kind).toBe("line");
  });
  test("may be left out where the template may do without", () => {
    expect(drawnOf(template({ zone: parameter("zone", { optional: true }) }))?.needed).toBe(false);
    expect(drawnOf(template({}))).toBeUndefined();
  });
});

describe("a template", () => {
  test("that no model does says what is missing", () => {
    expect(lackOf(template({}, { models: [], readers: [], lacks: ["label:fire|smoke", "ability:pose"] }))).toEqual({
      why: "model",
      what: "fire, smoke, pose",
    });
  });
  test("whose models are not known may be tried", () => {
    expect(lackOf(template({}, null))).toBeUndefined();
  });
  test("that asks for words is set up elsewhere", () => {
    expect(lackOf(template({ states: parameter("words") }))?.why).toBe("more");
    expect(askedOf(template({ zone: parameter("zone"), way: parameter("choice") })).map(([name]) => name)).toEqual([
      "way",
    ]);
  });
});

describe("the document of a task", () => {
  test("has the place under its name, and the usual model where it does", () => {
    expect(documentOf(zoned, readyMade("zone", "yard"), { least_s: 3 })).toEqual({
      model: "nanodet",
      zones: [
        {
          name: "yard",
          vertices: [
            [0.02, 0.02],
            [0.98, 0.02],
            [0.98, 0.98],
            [0.02, 0.98],
          ],
        },
      ],
      alarms: [{ template: "intrusion", zone: "yard", least_s: 3 }],
    });
  });
  test("has a line with its two ends, and models that read crops", () => {
    const lined = template({ line: parameter("line") }, { models: ["a"], readers: ["b"], lacks: [] });
    expect(documentOf(lined, readyMade("line", "door"), {})).toEqual({
      model: "a",
      secondary: [{ model: "b" }],
      lines: [{ name: "door", start: [0.5, 0.1], end: [0.5, 0.9] }],
      alarms: [{ template: "intrusion", line: "door" }],
    });
  });
  test("has no place where none was drawn", () => {
    expect(documentOf(template({}, null), undefined, {})).toEqual({ alarms: [{ template: "intrusion" }] });
  });
});
