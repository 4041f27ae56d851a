import { expect, test } from "vitest";
import { barOf } from "./gates";

test("a bar shows the value and its threshold on one scale", () => {
  const { fill, threshold } = barOf({ value: 10, threshold: 5 });
  expect(fill[0]).toBe(0);
  expect(fill[1]).toBeCloseTo(1 / 1.2);
  expect(threshold).toBeCloseTo(0.5 / 1.2);
});

test("what failed ends before its threshold, and what is below zero lies left of it", () => {
  const { fill, threshold } = barOf({ value: -1, threshold: 1 });
  expect(fill[1]).toBeLessThan(threshold);
  expect(fill[0]).toBe(0);
  expect(barOf({ value: 0, threshold: 0 })).toEqual({ fill: [0, 0], threshold: 0 });
});
