import { expect, test } from "vitest";
import { curveOf, fitOf, linesWith } from "./figures";

const UNKNOWN = {
  memory: null,
  disk: null,
  network_in_bps: null,
  network_out_bps: null,
  temperature_c: null,
  accelerator: null,
  accelerator_memory: null,
};

test("a curve breaks where a host was away", () => {
  const at = (minute: number) => `2026-11-01T08:${String(minute).padStart(2, "0")}:00Z`;
  const points = [0, 1, 2, 9].map((minute) => ({ ...UNKNOWN, at: at(minute), cpu: 0.5 }));
  const drawn = curveOf(points, "cpu", "CPU", "#000").points;
  expect(drawn.map(([, value]) => value)).toEqual([0.5, 0.5, 0.5, null, 0.5]);
});

test("streams that fit are whole ones", () => {
  expect([0.4, 1, 3.9].map(fitOf)).toEqual(["<1", "1", "3"]);
});

test("a filter does not care for capitals", () => {
  expect(linesWith(["ERROR a", "info b"], " error")).toEqual(["ERROR a"]);
  expect(linesWith(["a", "b"], "")).toEqual(["a", "b"]);
});
