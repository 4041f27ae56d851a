import { expect, test } from "vitest";
import { moved, spotAt } from "./placing";

test("a spot is a share of the map, never beside it", () => {
  const frame = { left: 100, top: 50, width: 400, height: 200 } as DOMRect;
  expect(spotAt({ clientX: 200, clientY: 150 }, frame)).toEqual({ x: 0.25, y: 0.5 });
  expect(spotAt({ clientX: 0, clientY: 999 }, frame)).toEqual({ x: 0, y: 1 });
});

test("arrows move a camera by a hundredth, other keys do not", () => {
  expect(moved({ x: 0.5, y: 0.5 }, "ArrowLeft")).toEqual({ x: 0.49, y: 0.5 });
  expect(moved({ x: 0.5, y: 1 }, "ArrowDown")).toEqual({ x: 0.5, y: 1 });
  expect(moved({ x: 0.5, y: 0.5 }, "Enter")).toBeUndefined();
});
