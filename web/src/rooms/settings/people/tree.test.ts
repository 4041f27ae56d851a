import { expect, test } from "vitest";
import { treeOf } from "./tree";

test("groups lie in each other, by name; what lies in nothing that is seen stands at the top", () => {
  const tree = treeOf([
    { id: "2", name: "Yard", parent_id: "1" },
    { id: "1", name: "Works", parent_id: null },
    { id: "3", name: "Hall", parent_id: "1" },
    { id: "4", name: "Annex", parent_id: "hidden" },
  ]);
  expect(tree.map(({ title }) => title)).toEqual(["Annex", "Works"]);
  expect(tree[1]?.children.map(({ title }) => title)).toEqual(["Hall", "Yard"]);
});
