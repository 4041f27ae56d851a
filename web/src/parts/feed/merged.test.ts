import { expect, test } from "vitest";
import { merged } from "./merged";

const alarm = (id: string, minute: number, change: number) => ({
  id,
  began_at: `2026-11-29T08:${String(minute).padStart(2, "0")}:00Z`,
  change,
});

test("new alarms stand first, changed ones stay where they are", () => {
  const kept = [alarm("b", 2, 2), alarm("a", 1, 1)];
  expect(merged(kept, [alarm("c", 3, 4), alarm("a", 1, 3)], 9).map(({ id, change }) => [id, change])).toEqual([
    ["c", 4],
    ["b", 2],
    ["a", 3],
  ]);
});

test("an older word about an alarm changes nothing", () => {
  expect(merged([alarm("a", 1, 5)], [alarm("a", 1, 4)], 9)).toEqual([alarm("a", 1, 5)]);
});

test("the list does not grow without end", () => {
  const many = Array.from({ length: 9 }, (_, at) => alarm(String(at), at, at));
  expect(merged(many, [alarm("new", 30, 30)], 5).map(({ id }) => id)).toEqual(["new", "8", "7", "6", "5"]);
});
