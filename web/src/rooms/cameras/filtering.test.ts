import { expect, test } from "vitest";
import type { Camera } from "../../parts/cameras/queries";
import { filtered } from "./filtering";

const camera = (name: string, place: string, condition: string, group_id: string | null) =>
  ({ name, place, condition, group_id }) as Camera;
const cameras = [camera("East gate", "Yard", "online", "g"), camera("West gate", "Hall", "offline", null)];
const groups = [
  { id: "site", name: "Site", parent_id: null },
  { id: "hall", name: "Hall", parent_id: "site" },
  { id: "g", name: "Gates", parent_id: "hall" },
];
const names = (query: string) => filtered(cameras, new URLSearchParams(query), groups).map(({ name }) => name);

test("every word has to be in name or place", () => {
  expect(names("text=gate")).toEqual(["East gate", "West gate"]);
  expect(names("text=GATE+hall")).toEqual(["West gate"]);
});

test("condition and group", () => {
  expect(names("condition=online")).toEqual(["East gate"]);
  expect(names("group=g&condition=offline")).toEqual([]);
  expect(names("group=site")).toEqual(["East gate"]); // what is in the groups below is in it
  expect(names("")).toHaveLength(2);
});
