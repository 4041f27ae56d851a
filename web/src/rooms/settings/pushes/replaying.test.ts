import { expect, test } from "vitest";
import { spanOf } from "./replaying";

const now = new Date("2026-11-02T08:00:00Z");

test("a span ends now, or is one of somebody's own", () => {
  expect(spanOf("day", now)).toEqual({ since: "2026-11-01T08:00:00.000Z", until: "2026-11-02T08:00:00.000Z" });
  const own: [Date, Date] = [new Date("2026-10-01T00:00:00Z"), new Date("2026-10-02T00:00:00Z")];
  expect(spanOf("own", now, own)).toEqual({ since: "2026-10-01T00:00:00.000Z", until: "2026-10-02T00:00:00.000Z" });
});
