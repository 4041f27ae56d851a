import type { Texts } from "../../../words/texts";

export const en = {
  mail: {
    text: "The server by which reports and alarms are mailed.",
    host: "Mail server",
    port: "Port",
    security: "Encryption",
    securities: { starttls: "STARTTLS", tls: "TLS", none: "None" },
    none: "Passwords and mail go in the open: only in a network of your own.",
    user: "User",
    userText: "Empty: the server asks nobody who they are.",
    password: "Password",
    sender: "Sender",
    senderText: "The address that mail comes from.",
    test: "Send a test",
    testText: "To see whether mail arrives, by the settings that are saved.",
    to: "To",
    address: "This is no address of mail.",
    sent: "It was sent to {{to}}. See whether it arrives.",
    first: "Save the mail server first.",
  },
} as const;

export const zh: Texts<typeof en> = {
  mail: {
    text: "用于发送报表和告警邮件的服务器。",
    host: "邮件服务器",
    port: "端口",
    security: "加密",
    securities: { starttls: "STARTTLS", tls: "TLS", none: "不加密" },
    none: "密码和邮件将以明文传输，仅限自己的网络内使用。",
    user: "用户名",
    userText: "留空表示服务器无需登录。",
    password: "密码",
    sender: "发件人",
    senderText: "邮件的发件地址。",
    test: "发送测试",
    testText: "按已保存的设置发送一封，确认能否收到。",
    to: "收件人",
    address: "不是有效的邮箱地址。",
    sent: "已发送给 {{to}}，请查收。",
    first: "请先保存邮件服务器。",
  },
};
