import { expect, test } from "vitest";
import { sayOutcome } from "./said";

test.each([
  ["the receiver answers 503 Service Unavailable", "接收方应答 503 Service Unavailable"],
  ["hook.test cannot be reached (ConnectError)", "无法连接 hook.test（ConnectError）"],
  [
    "the receiver answers 301 Moved Permanently; redirects are not followed. Enter the address that it leads to.",
    "接收方应答 301 Moved Permanently 要求跳转：不会跟随，请填写跳转后的地址",
  ],
  [
    "the robot refuses (code 310000). See its token, signature and keywords.",
    "机器人拒绝（代码 310000），请检查令牌、加签和关键词",
  ],
  ["the service does not take it", "服务没有接收"],
  ["10.0.0.9 does not take it (ConnectionError)", "10.0.0.9 没有接收（ConnectionError）"],
  ["there is no mail server. An administrator sets one up under Settings.", "还没有设置邮件服务器，请在“邮件”中设置"],
  [
    "registration: the library refuses 1 of the objects (status 4)",
    "注册失败：the library refuses 1 of the objects (status 4)",
  ],
])("%s", (english, chinese) => {
  expect(sayOutcome(english, "zh")).toBe(chinese);
});

test("in English, and what has no words, is said as it came", () => {
  expect(sayOutcome("the receiver answers 404", "en")).toBe("The receiver answers 404");
  expect(sayOutcome("pigeons are on strike", "zh")).toBe("pigeons are on strike");
});
