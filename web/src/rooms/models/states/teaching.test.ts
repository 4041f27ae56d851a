import { expect, test } from "vitest";
import { confusionsOf, missingOf, tasksAbout, taughtIn, zonesOf } from "./teaching";

const task = (id: string, camera_id: string, document: object) => ({ id, name: id, camera_id, document }) as never;

test("each of at least two states needs ten examples", () => {
  expect(missingOf({ full: 10, empty: 12 })).toEqual([]);
  expect(missingOf({ full: 7, empty: 12 })).toEqual([{ state: "full", count: 3 }]);
  expect(missingOf({})).toEqual([{ state: undefined, count: 10 }]);
});

test("the zones of a camera are those of its tasks", () => {
  const vertices = [[0, 0]];
  const tasks = [task("a", "c1", { zones: [{ name: "bin", vertices }, null] }), task("b", "c2", { zones: 3 })];
  expect(zonesOf(tasks, "c1").map(({ zone, task: name }) => [zone, name])).toEqual([["bin", "a"]]);
  expect(zonesOf(tasks, "c2")).toEqual([]);
});

test("a task is about a place if a rule of it names that", () => {
  const tasks = [task("a", "c", { alarms: [{ model: "bin_1" }] }), task("b", "c", { model: "bin_1" })];
  expect(tasksAbout(tasks, "bin_1").map(({ id }) => id)).toEqual(["a"]);
});

test("what was confused most comes first", () => {
  const confusion = [
    [9, 1, 0],
    [0, 10, 0],
    [3, 0, 7],
  ] as never;
  const trained = { states: ["a", "b", "c"], confusion } as never;
  expect(confusionsOf(trained)).toEqual([
    { count: 3, state: "c", other: "a" },
    { count: 1, state: "a", other: "b" },
  ]);
});

test("an alarm of a taught place says which, and another one nothing", () => {
  const objects = [{ attributes: [{ name: "state", value: "full", model: "bin_1" }] }];
  expect(taughtIn({ type: "state.held", objects })).toEqual({ place: "bin_1", state: "full" });
  expect(taughtIn({ type: "region.entered", objects })).toBeUndefined();
  expect(taughtIn({ type: "state.held", objects: [{}, null] })).toBeUndefined();
  const file = [{ attributes: [{ name: "state", value: "full", model: "/data/bin.json" }] }];
  expect(taughtIn({ type: "state.held", objects: file })).toBeUndefined();
});
