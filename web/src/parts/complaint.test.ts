import { expect, test } from "vitest";
import { Refused } from "../api/client";
import { troubleOf } from "./complaint";

const full = new Refused(409, "host-full", "the host carries all it can", "Stop another");

test("a refusal is told in English with its advice, in Chinese by its code", () => {
  expect(troubleOf(full, "en", "away")).toEqual(["the host carries all it can", "Stop another"]);
  expect(troubleOf(full, "zh", "away")).toEqual(["主机已满载。", ""]);
});

test("what is particular about it stands in its words", () => {
  const values = { file: "best.onnx", weights: "best.bin" };
  const refused = new Refused(422, "model-weights-missing", "best.onnx needs ...", "Put it there", [], values);
  expect(troubleOf(refused, "zh", "away")[0]).toBe("best.onnx 缺少权重文件 best.bin，请将两者打包为 zip。");
});

test("a code without words is told as the server says it", () => {
  expect(troubleOf(new Refused(418, "teapot", "no coffee", ""), "zh", "away")).toEqual(["no coffee", ""]);
});

test("whatever else happens, the server is away", () => {
  expect(troubleOf(new TypeError("Failed to fetch"), "zh", "away")).toEqual(["away", ""]);
});
