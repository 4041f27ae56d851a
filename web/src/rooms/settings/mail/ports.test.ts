import { expect, test } from "vitest";
import type { MailAccount } from "./data";
import { withChange } from "./ports";

const kept: MailAccount = {
  host: "smtp.a",
  port: 587,
  security: "starttls",
  user: "box",
  password: "***",
  sender: "box@a",
};

test("the port goes with the encryption, unless it is a special one", () => {
  expect(withChange({ security: "tls" }, { ...kept, security: "tls" }, null)).toEqual({ port: 465 });
  expect(withChange({ security: "tls" }, { ...kept, security: "tls", port: 2525 }, null)).toEqual({});
});

test("a kept password is for its server and user only", () => {
  expect(withChange({ host: "smtp.b" }, { ...kept, host: "smtp.b" }, kept)).toEqual({ password: "" });
  expect(withChange({ sender: "x@a" }, { ...kept, sender: "x@a" }, kept)).toEqual({});
  expect(withChange({ host: "smtp.b" }, { ...kept, host: "smtp.b", password: "typed" }, kept)).toEqual({});
});
