import { describe, expect, test } from "vitest";
import { addPoint, crosses, moveBy, movePoint, removePoint, type Shape } from "./shapes";

const square: Shape = {
  kind: "zone",
  name: "yard",
  points: [
    [0.2, 0.2],
    [0.8, 0.2],
    [0.8, 0.8],
    [0.2, 0.8],
  ],
};
const line: Shape = {
  kind: "line",
  name: "gate",
  points: [
    [0.1, 0.5],
    [0.9, 0.5],
  ],
};

describe("a zone", () => {
  test("gets a corner on the nearest side", () => {
    expect(addPoint(square, [0.79, 0.5]).points[2]).toEqual([0.79, 0.5]);
  });
  test("keeps three corners", () => {
    const triangle = removePoint(square, 0);
    expect(triangle.points).toHaveLength(3);
    expect(removePoint(triangle, 0)).toBe(triangle);
  });
  test("keeps its form at the border", () => {
    expect(moveBy(square, 0.5, 0).points).toEqual([
      [0.4, 0.2],
      [1, 0.2],
      [1, 0.8],
      [0.4, 0.8],
    ]);
  });
  test("has corners inside the picture only", () => {
    expect(movePoint(square, 0, [-0.3, 1.7]).points[0]).toEqual([0, 1]);
  });
  test("whose sides cross is told", () => {
    expect(crosses(square)).toBe(false);
    expect(crosses(movePoint(square, 0, [0.9, 0.5]))).toBe(true);
  });
});

test("a line has two ends, no more and no less", () => {
  expect(addPoint(line, [0.5, 0.5])).toBe(line);
  expect(removePoint(line, 0)).toBe(line);
});
