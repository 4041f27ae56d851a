import { expect, test } from "vitest";
import { answersOf, answersToKeep, type Guess, listOf, missingOf, pairsOf, tripleOf } from "./answers";

const input = { width: 640, height: 384, colour: "RGB", fit: "stretch", mean: [0, 0, 0], std: [255, 255, 255] };
const guess = {
  name: "helmets",
  card: { input },
  fields: [
    { name: "class_names", asked: true, certainty: "unknown" },
    { name: "mean", asked: true, certainty: "guess" },
    { name: "licence", asked: false, certainty: "unknown" },
  ],
} as unknown as Guess;

test("names stand one a line or between commas; a line may hold a comma", () => {
  expect(listOf("helmet, head，person")).toEqual(["helmet", "head", "person"]);
  expect(listOf("helmet\n\n hat, red \n")).toEqual(["helmet", "hat, red"]);
  expect(listOf()).toEqual([]);
});

test("one number is for all channels, two are none", () => {
  expect(tripleOf("127.5")).toEqual([127.5, 127.5, 127.5]);
  expect(tripleOf("1, 2 3")).toEqual([1, 2, 3]);
  expect([tripleOf(""), tripleOf("1,2"), tripleOf("a")]).toEqual([undefined, undefined, undefined]);
});

test("settings are numbers, lists and words", () => {
  expect(pairsOf("first_class = 0\nnothing\n=x\nname=a=b")).toEqual([
    ["first_class", "0"],
    ["name", "a=b"],
  ]);
  const { options, heads } = answersOf({
    options: "first_class=0\nstrides=[8, 16]\nunits=pixels\nlogits=true",
    heads: "color = white, grey",
  });
  expect(options).toEqual({ first_class: 0, strides: [8, 16], units: "pixels", logits: true });
  expect(heads).toEqual({ color: ["white", "grey"] });
});

test("what is not said is left to the guess, and kept as it was seen", () => {
  expect(answersOf({})).toMatchObject({ name: "", size: null, mean: null, class_names: [] });
  expect(answersToKeep({ colour: "BGR", names: "a,b" }, guess)).toMatchObject({
    name: "helmets",
    size: [640, 384],
    colour: "BGR",
    fit: "stretch",
    std: [255, 255, 255],
    class_names: ["a", "b"],
  });
});

test("only what nobody knows has to be said", () => {
  expect(missingOf(guess)).toEqual(["class_names"]);
});
