import { expect, test } from "vitest";
import { closingOf } from "./closing";

test.each([
  [4509, { act: "again", at_once: true }],
  [4415, { act: "otherwise" }],
  [4404, { act: "refused", code: 4404 }],
  [4429, { act: "refused", code: 4429 }],
  [4503, { act: "again", at_once: false }],
  [1006, { act: "again", at_once: false }],
])("a socket closed with %i", (code, closing) => {
  expect(closingOf(code)).toEqual(closing);
});
