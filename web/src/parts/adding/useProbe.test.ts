import { expect, test } from "vitest";
import { seenSoFar } from "./useProbe";

const stream = { codec: "h264", width: 1920, height: 1080, fps: 25, live: true };
const brief = { stream, found: { rows: [], findings: [] }, picture: "first", more: true };
const finding = { code: "long-gop", text: "long", advice: "shorter" };
const whole = { stream, found: { rows: [], findings: [finding] }, picture: "later", more: false };

test("the picture that came first stays while a longer look adds what it found", () => {
  expect(seenSoFar(brief, undefined)).toBe(brief);
  expect(seenSoFar(brief, whole)).toEqual({ ...whole, picture: "first" });
});
