import type { Language } from "../../../app/preferences";

/** What the server says became of a delivery, in English, and how that is said in Chinese. */
const SAID: [english: string, chinese: string][] = [
  ["the receiver has confirmed", "接收方已确认"],
  ["the receiver answers (.+?); redirects are not followed", "接收方应答 $1 要求跳转：不会跟随，请填写跳转后的地址"],
  ["the receiver answers (.+?)", "接收方应答 $1"],
  ["(.+) cannot be reached \\((.+)\\)", "无法连接 $1（$2）"],
  ["cannot be reached: no host is called '(.+)'", "无法连接：找不到主机“$1”，请检查名称或填写地址"],
  ["cannot be reached: no name server .+? where '(.+)' is", "无法连接：名称服务器没有应答“$1”，请检查网络或填写地址"],
  [
    "the host '(.+)' is not allowed: .+?",
    "不允许连接主机“$1”：属于本机或保留地址。如确需，由本机管理员设置 CAMLOOM_PUSH_ALLOW",
  ],
  ["(.+) does not answer in time", "$1 没有及时应答"],
  ["(.+) does not confirm \\((.+)\\)", "$1 没有确认（$2）"],
  ["the service does not take it(?: \\((.+)\\))?", "服务没有接收 $1"],
  ["(.+) does not take it \\((.+)\\)", "$1 没有接收（$2）"],
  ["the certificate of the authority is not one in PEM", "CA 证书不是 PEM 格式"],
  ["the gateway takes no more for now \\((.+)\\)", "短信网关限流（$1），稍后重试"],
  ["the gateway refuses (\\d+) of (\\d+) \\((.+)\\)", "短信网关拒绝了 $2 个中的 $1 个（$3）"],
  ["the gateway refuses \\((.+)\\)", "短信网关拒绝（$1）"],
  ["the (?:gateway|service|library) answers something else than it should", "对方的应答无法识别，请检查地址"],
  ["the service answers (.+?)", "服务应答 $1"],
  ["there is no such service any more", "没有这种服务"],
  ["the group takes no more for now \\(code (.+)\\)", "群消息限流（代码 $1），稍后重试"],
  ["the robot refuses \\(code (.+)\\)", "机器人拒绝（代码 $1），请检查令牌、加签和关键词"],
  ["there is no mail server", "还没有设置邮件服务器，请在“邮件”中设置"],
  ["the mail server refused it with (\\d+)", "邮件服务器拒绝（$1）"],
  ["the mail server refused all recipients", "邮件服务器拒绝了全部收件人"],
  ["the mail server refuses (\\d+) of (\\d+) recipients", "邮件服务器拒绝了 $2 个收件人中的 $1 个"],
  ["the mail server cannot be used \\((.+)\\)", "邮件服务器不可用（$1），请检查主机、端口和加密方式"],
  ["GA/T 1400 has no word for this alarm, .+?", "GA/T 1400 没有对应的对象，且没有图片"],
  ["the library (?:does not let us in|no longer lets us in)", "视图库拒绝登录，请检查设备编号、用户名和密码"],
  ["the library is busy \\(status (.+)\\)", "视图库繁忙（状态 $1）"],
  ["the library refuses (\\d+) of the objects \\(status (.+)\\)", "视图库拒绝了 $1 个对象（状态 $2）"],
  ["registration: (.+?)", "注册失败：$1"],
  ["the platform above takes no alarm of this kind", "上级平台不接收此类报警"],
  ["the cascade knows no such camera", "级联中没有这台摄像机，请在级联或此处的编号中添加"],
  ["the platform above: (.+?)", "上级平台：$1"],
  ["the GB/T 28181 service is not running .+?", "GB/T 28181 服务没有运行"],
  ["the GB/T 28181 service.+?", "GB/T 28181 服务出错"],
  ["it failed: (.+?)", "发送失败：$1"],
  ["given up: .+?", "已放弃：等待过久，或等待的过多"],
  ["the target is gone", "目标已被删除"],
];
const PATTERNS = SAID.map(([english, chinese]) => [new RegExp(`^${english}(?:\\. .*)?$`, "s"), chinese] as const);

/** Say what became of a delivery in the language of the reader; what has no words there is said as it came. */
export function sayOutcome(text: string, language: Language): string {
  if (language !== "zh") return text.charAt(0).toUpperCase() + text.slice(1);
  for (const [pattern, chinese] of PATTERNS) {
    if (pattern.test(text)) return text.replace(pattern, chinese).trim();
  }
  return text;
}
