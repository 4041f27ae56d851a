import { expect, test } from "vitest";
import { otherProblems, problemsAt, sayProblem, wrongWith } from "./problems";
import { zh } from "./words";

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

const refused = { code: "refused", limit: null };

test("what the server says is told where it belongs", () => {
  const problems = [
    { path: ["alarms", 0, "dwell_s"], message: "too long", ...refused },
    { path: ["alarms", 0], message: "no model", ...refused },
    { path: ["alarms", 1, "zone", 0], message: "not there", ...refused },
  ];
  const messages = (found: { message: string }[]) => found.map(({ message }) => message);
  expect(messages(problemsAt(problems, ["alarms", 0, "dwell_s"]))).toEqual(["too long"]);
  expect(messages(problemsAt(problems, ["alarms", 1, "zone"]))).toEqual(["not there"]);
  expect(messages(otherProblems(problems, ["alarms", 0], ["dwell_s"]))).toEqual(["no model"]);
});

test("a problem is said in Chinese by its code; one without words keeps what the server says", () => {
  const said = (code: string) => (zh.problem as Record<string, string>)[code];
  const long = {
    path: ["name"],
    message: "String should have at most 8 characters",
    code: "string-too-long",
    limit: 8,
  };
  expect(sayProblem(long, said)).toBe("最多 8 个字符。");
  expect(sayProblem({ ...long, code: "refused", message: "no model" }, said)).toBe("填写有误：no model");
  expect(sayProblem({ ...long, code: "refused", message: "no model" }, said, () => "没有模型")).toBe("没有模型");
});
