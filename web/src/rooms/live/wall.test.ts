import { expect, test } from "vitest";
import { add, put, sizeOf, slotsOf, taken, written } from "./wall";

test("a wall is as large as its cameras need, or as the address says", () => {
  expect([sizeOf(null, 0), sizeOf(null, 1), sizeOf(null, 5), sizeOf(null, 99)]).toEqual([1, 1, 9, 16]);
  expect([sizeOf("4", 1), sizeOf("5", 1), sizeOf("x", 3)]).toEqual([4, 1, 4]);
});

test("tiles show what the address says, else the first cameras", () => {
  expect(slotsOf(null, ["a", "b"], 4)).toEqual(["a", "b", undefined, undefined]);
  expect(slotsOf(",b,gone,a", ["a", "b"], 4)).toEqual([undefined, "b", undefined, "a"]);
  expect(slotsOf("a,b,c", ["a", "b", "c"], 1)).toEqual(["a"]);
});

test("what is written is read again", () => {
  const slots = [undefined, "b", undefined, "a"];
  expect(slotsOf(written(slots), ["a", "b"], 4)).toEqual(slots);
});

test("a camera that is on the wall changes places", () => {
  expect(put(["a", "b"], "a", 1)).toEqual(["b", "a"]);
  expect(put(["a", undefined], "a", 1)).toEqual([undefined, "a"]);
  expect(put(["a", "b"], "c", 1)).toEqual(["a", "c"]);
});

test("a camera goes into the first empty tile, or the last", () => {
  expect(add(["a", undefined, "b"], "c")).toEqual(["a", "c", "b"]);
  expect(add(["a", "b"], "c")).toEqual(["a", "c"]);
  expect(taken(["a", "b"], "a")).toEqual([undefined, "b"]);
});
