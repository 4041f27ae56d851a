import { expect, test } from "vitest";
import { sayBytes } from "./bytes";

test("bytes are told with the unit that suits them", () => {
  expect(sayBytes(0)).toBe("0 B");
  expect(sayBytes(999)).toBe("999 B");
  expect(sayBytes(12_400_000_000)).toBe("12.4 GB");
  expect(sayBytes(2.5e15)).toBe("2500 TB");
});
