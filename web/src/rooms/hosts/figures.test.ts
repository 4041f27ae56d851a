import { expect, test } from "vitest";
import { bitsOf, bytesOf, curveOf, linesWith } from "./figures";

test("bytes and bits are told to three digits", () => {
  expect([0, 999, 1_234_567, 8_400_000_000].map(bytesOf)).toEqual(["0 B", "999 B", "1.23 MB", "8.4 GB"]);
  expect(bitsOf(2_500_000)).toBe("2.5 Mb/s");
});

test("a curve breaks where a host was away", () => {
  const at = (minute: number) => `2026-11-01T08:${String(minute).padStart(2, "0")}:00Z`;
  const points = [0, 1, 2, 9].map((minute) => ({ at: at(minute), cpu: 0.5 }));
  const drawn = curveOf(points, "cpu", "CPU", "#000").points;
  expect(drawn.map(([, value]) => value)).toEqual([0.5, 0.5, 0.5, null, 0.5]);
});

test("a filter does not care for capitals", () => {
  expect(linesWith(["ERROR a", "info b"], " error")).toEqual(["ERROR a"]);
  expect(linesWith(["a", "b"], "")).toEqual(["a", "b"]);
});
