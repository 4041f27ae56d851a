import { expect, test } from "vitest";
import { DAYS, fitsGrid, nothing, paintedOf, spansOf } from "./spans";

test("what is painted comes back as spans, days with the same hours together", () => {
  const spans = [{ days: ["mon" as const, "tue" as const], start: "08:00", end: "18:30" }];
  expect(spansOf(paintedOf(spans))).toEqual(spans);
});

test("a span over midnight goes on the next day, also from Sunday to Monday", () => {
  const painted = paintedOf([{ days: ["sun"], start: "22:00:00", end: "06:00:00" }]);
  expect(spansOf(painted)).toEqual([
    { days: ["mon"], start: "00:00", end: "06:00" },
    { days: ["sun"], start: "22:00", end: "00:00" },
  ]);
});

test("the same start and end is a whole day, and the whole week is always", () => {
  expect(spansOf(paintedOf([{ days: ["sat"], start: "00:00", end: "00:00" }]))).toEqual([
    { days: ["sat"], start: "00:00", end: "00:00" },
  ]);
  expect(spansOf(paintedOf([{ days: [...DAYS] }]))).toEqual([]);
  expect(spansOf(nothing())).toEqual([]);
});

test("what lies between half hours does not fit", () => {
  expect(fitsGrid([{ start: "08:10", end: "09:00" }])).toBe(false);
  expect(fitsGrid([{ start: "08:30:00", end: "09:00:00" }])).toBe(true);
});
