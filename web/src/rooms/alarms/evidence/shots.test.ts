import { expect, test } from "vitest";
import { bestShot, shotsOf } from "./shots";

const media = (id: string, event_id: string, kind: string, state = "there") => ({
  id,
  event_id,
  kind,
  state,
  sha256: "",
  size_bytes: 1,
  created_at: "2026-11-29T08:00:00Z",
});

test("pictures and clips of one event belong together", () => {
  const shots = shotsOf([
    media("p1", "a", "picture"),
    media("c1", "a", "clip", "pending"),
    media("p2", "b", "picture"),
    media("x", "b", "note"),
  ]);
  expect(shots.map(({ event_id, picture, clip }) => [event_id, picture?.id, clip?.state])).toEqual([
    ["a", "p1", "pending"],
    ["b", "p2", undefined],
  ]);
});

test("what the list shows is shown first, else the newest", () => {
  const shots = shotsOf([media("p1", "a", "picture"), media("p2", "b", "picture")]);
  expect(bestShot(shots, "p1", null)?.event_id).toBe("a");
  expect(bestShot(shots, null, null)?.event_id).toBe("b");
  expect(bestShot([], "p1", "c1")).toBeUndefined();
});
