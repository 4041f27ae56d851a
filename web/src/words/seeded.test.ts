import { expect, test } from "vitest";
import { policyName } from "./seeded";

test("policies of the first start have a name in each language, others the one that they were given", () => {
  expect(policyName("计数 / Counting", "zh")).toBe("计数");
  expect(policyName("计数 / Counting", "en")).toBe("Counting");
  expect(policyName("Nights / Weekends", "zh")).toBe("Nights / Weekends");
});
