import type { Texts } from "../../../words/texts";

export const en = {
  audit: {
    text: "Who did what, the newest first. Nothing here can be changed or removed.",
    at: "When",
    who: "Who",
    what: "What",
    kind: "Of what",
    from: "From",
    since: "From day",
    until: "To day",
    only: "Only of",
    server: "Camloom",
  },
  system: {
    server: "Server",
    ready: "The server works and its database answers.",
    noHosts: "No host has reported yet. `camloom up` starts one with the server.",
    seen: "Heard of",
    clock: "Clock off by",
    site: "Site",
    timezone: "Time zone",
    timezoneText: "Schedules, quiet hours and the days of reports go by this clock.",
    state: { online: "Online", away: "Away", "never-seen": "Never seen" },
  },
  licence: {
    text: "Camloom is open source under the Apache License 2.0.",
    nothing:
      "There is nothing to activate or to unlock: no limit of cameras, of time or of functions. You may use, change and sell it; keep the notices.",
    version: "Version",
    terms: "Terms",
  },
} as const;

export const zh: Texts<typeof en> = {
  audit: {
    text: "记录谁做了什么，最新的在前。记录不可修改、不可删除。",
    at: "时间",
    who: "操作人",
    what: "操作",
    kind: "对象",
    from: "来源地址",
    since: "起始日期",
    until: "截止日期",
    only: "只看",
    server: "系统",
  },
  system: {
    server: "服务器",
    ready: "服务器工作正常，数据库有响应。",
    noHosts: "还没有主机上报。`camloom up` 会随服务器启动一台。",
    seen: "最近上报",
    clock: "时钟偏差",
    site: "站点",
    timezone: "时区",
    timezoneText: "布控时段、免打扰时段和报表日期均按此时区。",
    state: { online: "在线", away: "离线", "never-seen": "从未上线" },
  },
  licence: {
    text: "Camloom 以 Apache License 2.0 开源。",
    nothing: "无需激活，没有摄像机数量、时间或功能限制。您可以使用、修改和销售，保留版权声明即可。",
    version: "版本",
    terms: "条款",
  },
};
