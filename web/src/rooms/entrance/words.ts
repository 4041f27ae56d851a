import type { Texts } from "../../words/texts";

export const en = {
  login: "Log in",
  name: "Name",
  password: "Password",
  again: "Password once more",
  differ: "The two passwords differ.",
  needed: "Fill this in.",
  wrong: "Name or password is wrong.",
  setup: "Make your account",
  setupText: "It will be the administrator of this Camloom.",
  make: "Make it and go in",
  noLink: "Use the link that `camloom up` printed on its first start: it ends with #….",
  away: "The server does not answer.",
  retry: "Try again",
} as const;

export const zh: Texts<typeof en> = {
  login: "登录",
  name: "用户名",
  password: "密码",
  again: "再次输入密码",
  differ: "两次输入的密码不一致。",
  needed: "请填写。",
  wrong: "用户名或密码错误。",
  setup: "创建账号",
  setupText: "该账号将成为本系统的管理员。",
  make: "创建并进入",
  noLink: "请使用 `camloom up` 首次启动时打印的链接（以 #… 结尾）。",
  away: "服务器没有响应。",
  retry: "重试",
};
