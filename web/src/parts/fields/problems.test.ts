import { expect, test } from "vitest";
import { otherProblems, problemsAt, wrongWith } from "./problems";

const number = { kind: "number" as const, optional: false, default: 20, minimum: 1, maximum: 60 };

test("a value is held against its bounds", () => {
  expect(wrongWith(number, 0)).toEqual({ is: "bounds", least: 1, most: 60 });
  expect(wrongWith(number, 60)).toBeUndefined();
});

test("what has no default must be given", () => {
  const zone = { kind: "zone" as const, optional: false, default: null };
  expect(wrongWith(zone, [])).toEqual({ is: "needed" });
  expect(wrongWith({ ...zone, optional: true }, undefined)).toBeUndefined();
  expect(wrongWith(number, undefined)).toBeUndefined();
});

test("what the server says is told where it belongs", () => {
  const problems = [
    { path: ["alarms", 0, "dwell_s"], message: "too long" },
    { path: ["alarms", 0], message: "no model" },
    { path: ["alarms", 1, "zone", 0], message: "not there" },
  ];
  expect(problemsAt(problems, ["alarms", 0, "dwell_s"])).toEqual(["too long"]);
  expect(problemsAt(problems, ["alarms", 1, "zone"])).toEqual(["not there"]);
  expect(otherProblems(problems, ["alarms", 0], ["dwell_s"])).toEqual(["no model"]);
});
