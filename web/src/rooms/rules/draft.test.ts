import { expect, test } from "vitest";
import { type Draft, step } from "./draft";

const draft = (name: string): Draft => ({ name, schedule: [], document: {} });
const first = { past: [], now: draft("a"), next: [], key: "" };

test("one drag is one step back", () => {
  const dragged = ["b", "c", "d"].reduce(
    (steps, name) => step(steps, { act: "edit", draft: draft(name), key: "zone" }),
    first as Parameters<typeof step>[0],
  );
  const back = step(dragged, { act: "undo" });
  expect(back.now.name).toBe("a");
  expect(step(back, { act: "redo" }).now.name).toBe("d");
});

test("two drags are two", () => {
  const once = step(step(first, { act: "edit", draft: draft("b"), key: "zone" }), { act: "rest" });
  const twice = step(once, { act: "edit", draft: draft("c"), key: "zone" });
  expect(step(twice, { act: "undo" }).now.name).toBe("b");
});

test("there is nothing before the beginning", () => {
  expect(step(first, { act: "undo" })).toBe(first);
});
