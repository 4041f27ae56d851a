import { expect, test } from "vitest";
import { attributeOf, foundOf, wordOf } from "./naming";

test("classes are said in the language of the person, unknown ones as the model does", () => {
  expect(wordOf("person", "zh")).toBe("人");
  expect(wordOf("Trash_bag", "zh")).toBe("垃圾袋");
  expect(wordOf("excavator 3000", "zh")).toBe("excavator 3000");
  expect(wordOf("person", "en")).toBe("person");
});

test("attributes are said with their values", () => {
  expect(attributeOf("helmet=no", "zh")).toBe("安全帽：否");
  expect(attributeOf("helmet: no", "zh")).toBe("安全帽：否");
  expect(attributeOf("helmet", "zh")).toBe("安全帽");
  expect(attributeOf("helmet=no", "en")).toBe("helmet=no");
});

test("what a trial found is said line by line", () => {
  const lines = [
    "traffic light × 3",
    "helmet=no (0.93)",
    "a vector of 512",
    "17 points",
    "RGB, mean 0, std 255",
    "something new",
  ];
  expect(lines.map((line) => foundOf(line, "zh"))).toEqual([
    "红绿灯 × 3",
    "安全帽：否 (0.93)",
    "512 维向量",
    "17 个关键点",
    "RGB，均值 0，除数 255",
    "something new",
  ]);
  expect(lines.map((line) => foundOf(line, "en"))).toEqual(lines);
});
