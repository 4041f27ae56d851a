import type { Texts } from "../../words/texts";
import * as mail from "./mail/words";
import * as people from "./people/words";
import * as policies from "./policies/words";
import * as pushes from "./pushes/words";
import * as storage from "./storage/words";
import * as system from "./system/words";

export const en = {
  sections: {
    account: "My account",
    users: "Users",
    groups: "Camera groups",
    keys: "API keys",
    policies: "Alarm policies",
    pushes: "Pushes",
    mail: "Mail",
    storage: "Storage",
    backup: "Backup",
    audit: "Audit log",
    system: "System",
    licence: "Licence",
  },
  name: "Name",
  save: "Save",
  saved: "Saved.",
  edit: "Edit",
  remove: "Remove",
  more: "Load more",
  needed: "Fill this in.",
  days: "days",
  role: { viewer: "Viewer", operator: "Operator", administrator: "Administrator" },
  roleText: {
    viewer: "Sees live pictures, alarms and reports.",
    operator: "Also handles alarms and sets up cameras' rules.",
    administrator: "May do everything and sees every camera.",
  },
  ...people.en,
  ...policies.en,
  pushes: pushes.en,
  ...storage.en,
  ...system.en,
  ...mail.en,
} as const;

export const zh: Texts<typeof en> = {
  sections: {
    account: "我的账号",
    users: "用户",
    groups: "摄像机分组",
    keys: "API 密钥",
    policies: "告警策略",
    pushes: "推送",
    mail: "邮件",
    storage: "存储",
    backup: "备份",
    audit: "审计日志",
    system: "系统",
    licence: "许可",
  },
  name: "名称",
  save: "保存",
  saved: "已保存。",
  edit: "编辑",
  remove: "删除",
  more: "加载更多",
  needed: "请填写。",
  days: "天",
  role: { viewer: "查看者", operator: "操作员", administrator: "管理员" },
  roleText: {
    viewer: "可查看实时画面、告警和报表。",
    operator: "还可处理告警、设置摄像机布控。",
    administrator: "拥有全部权限，可见所有摄像机。",
  },
  ...people.zh,
  ...policies.zh,
  pushes: pushes.zh,
  ...storage.zh,
  ...system.zh,
  ...mail.zh,
};
