import { expect, test } from "vitest";
import { type Property, settingOf } from "./setting";

const kindOf = (property: Property) => settingOf(property, { label: "" }).kind;

test("a schema says how something is set", () => {
  expect(kindOf({ type: "string" })).toBe("word");
  expect(kindOf({ type: "string", maxLength: 20_000 })).toBe("text");
  expect(kindOf({ type: "string", format: "password" })).toBe("secret");
  expect(kindOf({ type: "array" })).toBe("words");
  expect(kindOf({ type: "object" })).toBe("pairs");
  expect(kindOf({ type: "boolean" })).toBe("switch");
  expect(kindOf({ enum: ["tls", "none"], type: "string" })).toBe("choice");
});

test("what may be null is set like what else it may be", () => {
  const setting = settingOf({ anyOf: [{ type: "number", minimum: 0, maximum: 9 }, { type: "null" }] }, { label: "" });
  expect(setting).toMatchObject({ kind: "number", minimum: 0, maximum: 9 });
});

test("defaults and bounds come from the schema, and what is said besides goes before", () => {
  const property = { type: "integer", default: 1883, minimum: 1, maximum: 65_535 };
  expect(settingOf(property, { label: "Port", optional: false })).toMatchObject({
    label: "Port",
    default: 1883,
    minimum: 1,
    maximum: 65_535,
    optional: false,
  });
});
