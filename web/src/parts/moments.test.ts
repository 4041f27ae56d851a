import { expect, test } from "vitest";
import { lengthOf, momentOf } from "./moments";

const now = new Date(2026, 10, 29, 12, 0, 0);

test("what was today has no day, what was before has one", () => {
  expect(momentOf(new Date(2026, 10, 29, 8, 5, 9), "en", now)).toBe("08:05:09");
  expect(momentOf(new Date(2026, 10, 28, 8, 5, 9), "en", now)).toBe("28 Nov 08:05:09");
  expect(momentOf(new Date(2025, 10, 28, 8, 5, 9), "zh", now)).toBe("2025年11月28日 08:05:09");
});

test("a length is told in its two largest units", () => {
  expect(lengthOf(0, "en")).toBe("0 s");
  expect(lengthOf(12.4, "en")).toBe("12 s");
  expect(lengthOf(3900, "en")).toBe("1 h 5 min");
  expect(lengthOf(7200, "zh")).toBe("2 小时");
  expect(lengthOf(90_061, "en")).toBe("1 d 1 h");
});
