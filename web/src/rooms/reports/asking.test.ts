import { expect, test } from "vitest";
import { askedOf, dayAfter, isSpan, writtenOf } from "./asking";

const NOTHING = { group: [], camera: [], template: [], severity: [] };
const read = (said: string) => askedOf(new URLSearchParams(said));

test("without a word it is this week, about everything", () => {
  expect(read("")).toEqual({ period: "week", ...NOTHING });
});

test("an address says the same after it was read and written", () => {
  const said = "period=custom&day=2026-11-02&last=2026-11-20&camera=A&camera=B&severity=critical";
  expect(String(writtenOf(read(said)))).toBe(said);
});

test("what nobody could have chosen is left out", () => {
  expect(read("period=year&day=tomorrow&severity=awful")).toEqual({ period: "week", ...NOTHING });
  expect(read("period=custom&day=2026-11-02")).toEqual({ period: "week", ...NOTHING });
  expect(read("period=custom&day=2026-11-02&last=2026-11-01")).toEqual({ period: "week", ...NOTHING });
  expect(read("period=day&day=2026-99-99")).toEqual({ period: "day", ...NOTHING });
});

test("days are counted without a zone", () => {
  expect(dayAfter("2026-03-28", 2)).toBe("2026-03-30");
  expect(dayAfter("2026-01-01", -1)).toBe("2025-12-31");
  expect(isSpan("2026-01-01", "2026-12-31")).toBe(true);
  expect(isSpan("2026-01-01", "2027-01-02")).toBe(false);
});
