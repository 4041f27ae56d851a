import type { Texts } from "./texts";

/** What is said in more than one room. */
export const en = {
  rooms: {
    live: "Live",
    alarms: "Alarms",
    cameras: "Cameras",
    rules: "Rules",
    hosts: "Hosts",
    models: "Models",
    reports: "Reports",
    settings: "Settings",
  },
  shell: {
    language: "中文",
    dark: "Dark",
    light: "Light",
    logout: "Log out",
    menu: "Menu",
    skip: "Skip to the content",
    away: "The server does not answer: what you see may be old. It goes on by itself.",
  },
  player: {
    connecting: "Connecting…",
    gone: "No picture",
    again: "again in {{seconds}} s",
    stills: "A still every 2 s",
    stillsWhy: "This browser cannot play what the camera sends.",
    tooMany: "Too many are watching already. Close some pictures.",
    notAllowed: "This camera is not there, or not for you to see.",
  },
  failed: {
    again: "Try again",
    away: "The server does not answer. Check that it runs.",
    page: "This page could not be loaded. Load it again; if that does not help, the server may be away.",
    reload: "Load again",
  },
  severity: { critical: "Critical", major: "Major", minor: "Minor", info: "Info" },
  week: {
    always: "Always",
    work: "Mon–Fri 8–18",
    night: "Nights 22–6",
    weekend: "Weekend",
    daily: "Daily",
    day: { mon: "Mon", tue: "Tue", wed: "Wed", thu: "Thu", fri: "Fri", sat: "Sat", sun: "Sun" },
  },
} as const;

export const zh: Texts<typeof en> = {
  rooms: {
    live: "实时",
    alarms: "告警",
    cameras: "摄像机",
    rules: "布控",
    hosts: "主机",
    models: "模型",
    reports: "报表",
    settings: "设置",
  },
  shell: {
    language: "English",
    dark: "深色",
    light: "浅色",
    logout: "退出登录",
    menu: "菜单",
    skip: "跳到内容",
    away: "服务器没有响应，显示的内容可能已过时；恢复后会自动继续。",
  },
  player: {
    connecting: "正在连接…",
    gone: "无画面",
    again: "{{seconds}} 秒后重试",
    stills: "每 2 秒一张图片",
    stillsWhy: "浏览器无法播放该摄像机的码流。",
    tooMany: "观看人数过多，请关闭部分画面。",
    notAllowed: "摄像机不存在，或您无权查看。",
  },
  failed: {
    again: "重试",
    away: "服务器没有响应，请检查其是否在运行。",
    page: "页面未能加载，请重新加载；若仍无效，服务器可能没有运行。",
    reload: "重新加载",
  },
  severity: { critical: "紧急", major: "重要", minor: "次要", info: "提示" },
  week: {
    always: "始终",
    work: "周一至周五 8–18 点",
    night: "每晚 22–6 点",
    weekend: "周末",
    daily: "每天",
    day: { mon: "周一", tue: "周二", wed: "周三", thu: "周四", fri: "周五", sat: "周六", sun: "周日" },
  },
};
