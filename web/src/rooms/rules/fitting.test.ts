import { expect, test } from "vitest";
import { type Template } from "../../parts/cameras/queries";
import { choose } from "./fitting";

const template = (models: string[], lacks: string[] = [], readers: string[] = []) =>
  ({ fit: { models, lacks, readers } }) as unknown as Template;

test("a model that does for it stays", () => {
  expect(choose(template(["small", "large"]), [], "large")).toEqual({ can: true, model: "large", readers: [] });
});

test("else one is taken that does for the others too", () => {
  const others = [template(["large", "small"])];
  expect(choose(template(["faces", "large"], [], ["colour"]), others, "small")).toEqual({
    can: true,
    model: "large",
    readers: ["colour"],
  });
  expect(choose(template(["faces"]), others, "small")).toEqual({ can: false, lacks: ["model:other"] });
});

test("what no model does is told", () => {
  expect(choose(template([], ["label:fire"]), [], "small")).toEqual({ can: false, lacks: ["label:fire"] });
});

test("of a host that does not answer nothing is known", () => {
  expect(choose({ fit: null } as Template, [], "small").can).toBe(true);
});
