import { expect, test } from "vitest";
import { filled, sayTold } from "./told";

test("what a host told is said with its values", () => {
  expect(sayTold({ code: "habit", values: { who: "YOLOX" } }, "as YOLOX has it")).toBe("YOLOX 的惯例");
  expect(sayTold({ code: "habit-imagenet+found-nothing" }, "mean and std ...")).toBe(
    "ImageNet 的均值和标准差，最为常见；但在该图片上没有检测到目标",
  );
});

test("what there are no words for stays as the host said it", () => {
  expect(sayTold({ code: "" }, "something new")).toBe("something new");
  expect(sayTold({ code: "said+brand-new" }, "something new")).toBe("something new");
  expect(sayTold({}, "something new")).toBe("something new");
});

test("a value that is not told leaves nothing behind", () => {
  expect(filled("{{file}} 过大。", {})).toBe(" 过大。");
});
