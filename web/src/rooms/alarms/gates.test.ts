import { expect, test } from "vitest";
import { barOf, gatesOf } from "./gates";

test("a bar shows the value and its threshold on one scale", () => {
  const { fill, threshold } = barOf({ name: "dwell", value: 10, threshold: 5, unit: "s" });
  expect(fill[0]).toBe(0);
  expect(fill[1]).toBeCloseTo(1 / 1.2);
  expect(threshold).toBeCloseTo(0.5 / 1.2);
});

test("what failed ends before its threshold, and what is below zero lies left of it", () => {
  const { fill, threshold } = barOf({ name: "rise", value: -1, threshold: 1, unit: "" });
  expect(fill[1]).toBeLessThan(threshold);
  expect(fill[0]).toBe(0);
  expect(barOf({ name: "count", value: 0, threshold: 0, unit: "" })).toEqual({ fill: [0, 0], threshold: 0 });
});

test("what a host says that is no gate is left out", () => {
  const good = { name: "dwell", value: 1, threshold: 1, unit: "s", margin: 0 };
  expect(gatesOf([good, null, 7, { name: "x", value: null, threshold: 1 }]).map((gate) => gate.name)).toEqual([
    "dwell",
  ]);
  expect(gatesOf("no")).toEqual([]);
});
