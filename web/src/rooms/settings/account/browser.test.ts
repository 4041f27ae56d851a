import { expect, test } from "vitest";
import { browserOf } from "./browser";

const ENGINE = "AppleWebKit/537.36 (KHTML, like Gecko)";

test.each([
  [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${ENGINE} Chrome/140.0 Safari/537.36 Edg/140.0`, "Edge", "Windows"],
  [`Mozilla/5.0 (Linux; Android 14) ${ENGINE} Chrome/140.0 Mobile Safari/537.36`, "Chrome", "Android"],
  ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox", "Linux"],
  ["Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1", "Safari", "iOS"],
])("%s", (agent, browser, system) => {
  expect(browserOf(agent)).toEqual({ browser, system });
});

test("what is no browser has no name", () => {
  expect(browserOf("curl/8.0")).toBeUndefined();
  expect(browserOf("")).toBeUndefined();
});
