import { expect, test } from "vitest";
import { draftOf, fieldOf, formOf, moved, type Policy } from "./draft";

const policy: Policy = {
  id: "p",
  name: "Nights",
  enabled: true,
  match: {
    templates: ["intrusion"],
    severities: [],
    cameras: [],
    groups: ["g"],
    week: [{ days: ["mon"], start: "22:00:00", end: "06:00:00" }],
  },
  effect: {
    quiet: false,
    severity: "critical",
    lasts_s: 2.5,
    merge_s: 0,
    cooldown_s: 60,
    often: { times: 2, within_s: 90 },
    escalate: { after_s: 300, severity: null, targets: ["t1"] },
  },
};

test("a policy that is opened and written again is the same, all of it", () => {
  const { id, ...rest } = policy;
  expect(formOf(draftOf(policy))).toEqual(rest);
  expect(id).toBe("p");
});

test("what is switched off is not written", () => {
  const { effect } = formOf({ ...draftOf(policy), often: false, escalate: false, severity: undefined });
  expect(effect).toMatchObject({ often: null, escalate: null, severity: null });
});

test("a policy is moved up and down", () => {
  expect(moved(["a", "b", "c"], 2, 0)).toEqual(["c", "a", "b"]);
  expect(moved(["a", "b", "c"], 0, 1)).toEqual(["b", "a", "c"]);
});

test("what is wrong with a policy is said at its field", () => {
  expect(fieldOf(["name"])).toBe("name");
  expect(fieldOf(["match", "cameras", 0])).toBe("cameras");
  expect(fieldOf(["effect", "merge_s"])).toBe("merge_s");
  expect(fieldOf(["effect", "often", "times"])).toBe("times");
  expect(fieldOf(["effect", "escalate", "severity"])).toBe("escalated");
  expect(fieldOf(["effect", "escalate", "targets", 3])).toBe("targets");
  expect(fieldOf(["effect", "escalate"])).toBe("escalate");
  expect(fieldOf([])).toBeUndefined();
});
