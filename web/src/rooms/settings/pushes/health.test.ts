import { expect, test } from "vitest";
import { stateOf } from "./health";

const at = "2026-11-02T08:00:00Z";

test("a target works, fails, rests, or is new", () => {
  expect(stateOf({ enabled: true, failing_since: null, last_ok_at: at })).toBe("well");
  expect(stateOf({ enabled: true, failing_since: at, last_ok_at: at })).toBe("failing");
  expect(stateOf({ enabled: false, failing_since: at, last_ok_at: at })).toBe("paused");
  expect(stateOf({ enabled: true, failing_since: null, last_ok_at: null })).toBe("new");
});
