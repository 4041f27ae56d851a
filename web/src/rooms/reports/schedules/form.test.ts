import { expect, test } from "vitest";
import { areAddresses, bodyOf, draftOf, type Schedule } from "./form";

test("a new report comes on Monday at eight", () => {
  const { timing } = bodyOf(draftOf(undefined, "zh"), true).wish;
  expect(timing).toEqual({ every: "weekly", at: "08:00", weekday: "mon", day: 1 });
});

test("a report that nobody touched is sent back as it was", () => {
  const wish = {
    timing: { every: "monthly", at: "07:30:00", weekday: "mon", day: 3 },
    language: "en",
    recipients: ["ann@example.com"],
    csv: true,
    filter: { group: ["G"], camera: [], template: [], severity: ["critical"] },
  };
  const schedule = { name: "Month", wish } as unknown as Schedule;
  expect(bodyOf(draftOf(schedule, "zh"), false)).toEqual({
    name: "Month",
    enabled: false,
    wish: { ...wish, timing: { ...wish.timing, at: "07:30" } },
  });
});

test("an address of mail has a name and a host", () => {
  expect(areAddresses(["ann@example.com", "a.b+c@mail.example.cn"])).toBe(true);
  expect(areAddresses(["ann"])).toBe(false);
  expect(areAddresses(["ann@example.com\nBcc: x@y.z"])).toBe(false);
});
