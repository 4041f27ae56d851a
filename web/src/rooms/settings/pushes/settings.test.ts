import { expect, test } from "vitest";
import type { Kind } from "./data";
import { given, settingsOf, withSetting } from "./settings";

const kind: Kind = {
  kind: "webhook",
  summary: "",
  unavailable: "",
  changes: ["raised"],
  secrets: ["secret"],
  destination: ["url"],
  settings_schema: {
    properties: {
      ca: { type: "string", default: "" },
      odd: { type: "integer", title: "Odd", description: "of a kind of one's own" },
      secret: { type: "string", format: "password", default: "" },
      url: { type: "string" },
    },
    required: ["url"],
  },
};

test("what is needed comes first, what is rarely changed is apart, and what has no words says what its schema says", () => {
  const { first, rest } = settingsOf(kind, (place, _, name) => (name === "url" ? `${place} of url` : undefined));
  expect(first.map(([name]) => name)).toEqual(["url", "secret", "odd"]);
  expect(first[0]?.[1]).toMatchObject({ label: "fields of url", extra: "help of url", optional: false, wide: true });
  expect(first[2]?.[1]).toMatchObject({ label: "Odd", extra: "of a kind of one's own", optional: true });
  expect(rest.map(([name]) => name)).toEqual(["ca"]);
});

test("a kept secret stays, unless the receiver becomes another one", () => {
  const kept = { url: "https://a/", secret: "********", picture: true };
  expect(withSetting(kind, kept, "picture", false)).toEqual({ ...kept, picture: false });
  expect(withSetting(kind, kept, "url", "https://b/")).toEqual({ ...kept, url: "https://b/", secret: "" });
  const typed = { ...kept, secret: "typed" };
  expect(withSetting(kind, typed, "url", "https://b/").secret).toBe("typed");
});

test("what was not given is not sent", () => {
  expect(given({ url: "https://a/", ca: undefined, secret: "" })).toEqual({ url: "https://a/", secret: "" });
});
