import { expect, test } from "vitest";
import { depthOf, directionsOf, filledOf, onlineOf, shareOf } from "./telling";

const camera = (meant_s: number, offline_s: number) => ({
  camera_id: "",
  camera: "",
  online_share: 0,
  known_s: 0,
  outages: 0,
  meant_s,
  offline_s,
});

test("a camera that was meant to run longer counts for more", () => {
  expect(onlineOf([camera(900, 90), camera(100, 100)])).toBeCloseTo(0.81);
  expect(onlineOf([])).toBeNull();
  expect(onlineOf([camera(0, 0)])).toBeNull();
});

test("what is not known is no zero", () => {
  expect(shareOf(null)).toBe("–");
  expect(shareOf(0.945, 1)).toBe("94.5 %");
});

test("one alarm among many can be seen in the heat, none cannot", () => {
  expect(depthOf(0, 50)).toBe(0);
  expect(depthOf(1, 1000)).toBeGreaterThan(0.1);
  expect(depthOf(50, 50)).toBe(1);
});

test("times that nobody needed are left out at the end only", () => {
  const bars = [0, 2, 0, 1, 0].map((alarms, at) => ({ up_to_s: at, alarms }));
  expect(filledOf(bars).map(({ alarms }) => alarms)).toEqual([0, 2, 0, 1]);
  expect(filledOf([])).toEqual([]);
});

test("a direction is told once", () => {
  expect(directionsOf([{ passed: { out: 1 } }, { passed: { in: 2, out: 1 } }])).toEqual(["in", "out"]);
});
