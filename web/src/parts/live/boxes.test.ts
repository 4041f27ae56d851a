import { expect, test } from "vitest";
import { Looks } from "./boxes";

const look = (pts_ms: number) => ({ pts_ms, objects: [], alarms: [] });

test("a picture gets the newest boxes that are not after it", () => {
  const looks = new Looks();
  for (const pts of [1000, 1100, 1200]) looks.add(look(pts));
  expect(looks.at(1150)?.pts_ms).toBe(1100);
  expect(looks.at(900)).toBeUndefined();
});

test("boxes that are too old are not shown", () => {
  const looks = new Looks();
  looks.add(look(1000));
  expect(looks.at(1600)?.pts_ms).toBe(1000);
  expect(looks.at(1800)).toBeUndefined();
});

test("a stream that begins anew forgets what was", () => {
  const looks = new Looks();
  looks.add(look(90_000));
  looks.add(look(10));
  expect(looks.at(90_000)).toBeUndefined();
  expect(looks.at(30)?.pts_ms).toBe(10);
});
