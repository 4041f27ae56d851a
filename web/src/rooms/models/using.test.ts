import { expect, test } from "vitest";
import { figuresOf, lacksOf, tasksWith } from "./using";

const task = (id: string, document: object) => ({ id, document }) as never;

test("a task uses its model, that of all tasks where it names none, and those that read crops", () => {
  const tasks = [task("a", {}), task("b", { model: "faces", secondary: [{ model: "colour" }] })];
  const using = (name: string) => tasksWith(tasks, name, "nanodet").map(({ id }) => id);
  expect([using("nanodet"), using("faces"), using("colour"), using("fire")]).toEqual([["a"], ["b"], ["b"], []]);
});

test("what most templates wait for comes first", () => {
  const template = (name: string, lacks: string[] | undefined) => ({ name, fit: lacks && { lacks } }) as never;
  const lacks = lacksOf([
    template("x", ["label:fire"]),
    template("y", ["ability:pose"]),
    template("z", ["ability:pose"]),
    template("w", undefined),
  ]);
  expect(lacks.map(({ code, templates }) => [code, templates.length])).toEqual([
    ["ability:pose", 2],
    ["label:fire", 1],
  ]);
});

test("figures are told with their names", () => {
  expect(
    figuresOf({ mAP: 0.31234, ms: { openvino: 12.44 }, on: "coco", parity: { half: { max_shift_px: 10 } } }),
  ).toEqual([
    ["mAP", "0.312"],
    ["ms openvino", "12.4"],
    ["on", "coco"],
  ]);
});
