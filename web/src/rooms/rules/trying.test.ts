import { expect, test } from "vitest";
import { type Known, pastOf, type Tried, verdictsOf } from "./trying";

const tried = (rule_id: string, began: string, ended = began) => ({ rule_id, began, ended }) as Tried;
const known = (rule_id: string, began_at: string, verdict: string | null, ended_at: string | null = null) =>
  ({ rule_id, began_at, ended_at, verdict }) as Known;

test("an edit is judged by what people said of the alarms that it removes", () => {
  const removed = [
    tried("yard", "2026-11-01T08:00:00Z"),
    tried("yard", "2026-11-01T09:00:00Z", "2026-11-01T09:05:00Z"),
    tried("yard", "2026-11-01T10:00:00Z"),
  ];
  const alarms = [
    known("yard", "2026-11-01T08:00:00.400Z", "true"),
    known("gate", "2026-11-01T10:00:00Z", "true"),
    known("yard", "2026-11-01T09:04:00Z", "false", "2026-11-01T09:09:00Z"),
  ];
  const said = verdictsOf({ counts: { added: 1, removed: 3, kept: 4 }, removed } as never, alarms);
  expect([said.before, said.after, said.trueLost, said.falseGone]).toEqual([7, 5, 1, 1]);
  expect(said.removed.map((one) => one.known?.verdict)).toEqual(["true", "false", undefined]);
});

test("an answer says of how much past it is: what was shown before the span does not count", () => {
  const ago = (minutes: number) => new Date(Date.now() - 60_000 * minutes).toISOString();
  expect(pastOf({ first: ago(30), last: ago(10) }, ago(20)).seconds).toBeCloseTo(600, 0);
  expect(pastOf({ first: ago(30), last: ago(10) }, ago(20)).whole).toBe(false);
  expect(pastOf({ first: ago(30), last: ago(0) }, ago(20)).whole).toBe(true);
  expect(pastOf({ first: null, last: null }, ago(20)).seconds).toBe(0);
});
