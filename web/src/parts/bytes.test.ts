import { expect, test } from "vitest";
import { bitsOf, bytesOf } from "./bytes";

test("bytes and bits are told to three digits with the unit that suits them", () => {
  expect([0, 999, 1_234_567, 8_400_000_000].map(bytesOf)).toEqual(["0 B", "999 B", "1.23 MB", "8.4 GB"]);
  expect(bytesOf(2.5e15)).toBe("2500 TB");
  expect(bitsOf(2_500_000)).toBe("2.5 Mb/s");
});
