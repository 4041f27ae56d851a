import { expect, test } from "vitest";
import type { Kind, Target } from "./data";
import { draftOf, formOf } from "./draft";

const kind: Kind = {
  kind: "webhook",
  summary: "",
  unavailable: "",
  changes: ["raised", "ended"],
  secrets: [],
  destination: [],
  settings_schema: {},
};
const match: Target["match"] = {
  changes: ["raised"],
  severities: ["critical"],
  templates: ["intrusion"],
  cameras: ["c"],
  groups: ["g"],
  week: [{ days: ["mon"], start: "22:00:00", end: "06:00:00" }],
  quiet: [{ days: ["sun"], start: "00:00:00", end: "00:00:00" }],
};

test("a target that is opened and written again is the same", () => {
  const told = { kind: "webhook", name: "Desk", language: "zh", settings: { url: "https://a/" }, match };
  const health = { failing_since: null, last_error: "", last_ok_at: null, waiting: 0, lost: 0, next_at: null };
  const target: Target = { ...told, ...health, id: "t", enabled: false };
  expect(formOf(kind, draftOf(kind, "", "en", target), false)).toEqual({ ...told, enabled: false });
});

test("a new one is told of what its kind is made for, of all alarms", () => {
  const form = formOf(kind, draftOf(kind, "Webhook", "en"), true);
  expect(form).toMatchObject({ kind: "webhook", name: "Webhook", enabled: true, settings: {} });
  expect(form.match).toMatchObject({ changes: ["raised", "ended"], severities: [], groups: [], week: [], quiet: [] });
});
