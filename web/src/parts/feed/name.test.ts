import { expect, test } from "vitest";
import { nameOf } from "./name";

test("an alarm of a template is called as that says", () => {
  const alarm = { name: { en: "Intrusion", zh: "区域入侵" }, template: "intrusion", rule_id: "yard" };
  expect([nameOf(alarm, "zh"), nameOf(alarm, "en")]).toEqual(["区域入侵", "Intrusion"]);
  expect(nameOf({ ...alarm, name: { en: "Intrusion" } }, "zh")).toBe("Intrusion");
});

test("one of a rule without a template is called as the rule is", () => {
  expect(nameOf({ name: {}, template: "region.entered", rule_id: "lawn_trampling" }, "zh")).toBe("lawn trampling");
  expect(nameOf({ name: {}, template: "region.entered", rule_id: "" }, "en")).toBe("region.entered");
  expect(nameOf({ name: {}, template: "camera", rule_id: "system" }, "en")).toBe("camera");
});
