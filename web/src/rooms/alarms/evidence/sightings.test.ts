import { expect, test } from "vitest";
import { boxesAt, momentIn, pathsOf, seenIn } from "./sightings";

const event = (id: string, pts_s: number, box: number[], track_id = 1) => ({
  id,
  document: { pts_s, objects: [{ track_id, class_name: "person", confidence: 0.8, xyxy_px: box }] },
});

test("a box is shown around the moment of its event", () => {
  const seen = seenIn([event("e", 10, [0, 0, 10, 20])]);
  expect(boxesAt(seen, 10.5)[0]?.box).toEqual([0, 0, 10, 20]);
  expect(boxesAt(seen, 11)).toEqual([]);
  expect(boxesAt(seen, 9)).toEqual([]);
});

test("between two events close to each other a box goes from one to the other", () => {
  const seen = seenIn([event("b", 12, [20, 0, 30, 20]), event("a", 10, [0, 0, 10, 20])]);
  expect(boxesAt(seen, 11)[0]?.box).toEqual([10, 0, 20, 20]);
  const apart = seenIn([event("a", 10, [0, 0, 10, 20]), event("b", 20, [20, 0, 30, 20])]);
  expect(boxesAt(apart, 15)).toEqual([]);
});

test("the way of an object is where its feet were", () => {
  const seen = seenIn([
    event("a", 10, [0, 0, 10, 20]),
    event("b", 12, [20, 0, 30, 40]),
    event("c", 12, [0, 0, 2, 2], 7),
  ]);
  expect(pathsOf(seen).map((path) => path.points)).toEqual([
    [
      [5, 20],
      [25, 40],
    ],
    [[1, 2]],
  ]);
});

test("what a host says that cannot be drawn is left out", () => {
  const bad = [
    { id: "x", document: { pts_s: 1, objects: [null, { xyxy_px: [1, 2, "3", 4] }] } },
    { id: "y", document: {} },
  ];
  expect(seenIn(bad)).toEqual([]);
});

test("a clip says when its event was", () => {
  const comment = "\u0000\u0000cmt event 01M8JKVM0WYE2N286NRVQCNVCA at 5.96 s, 2026-11-29T02:58:54Z; copied";
  expect(momentIn(new TextEncoder().encode(comment))).toBe(5.96);
  expect(momentIn(new TextEncoder().encode("event of mine"))).toBeUndefined();
});
