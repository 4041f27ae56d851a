import type { ComponentType } from "react";
import type { Role } from "../../app/session";
import type { en } from "./words";

export interface Section {
  name: keyof typeof en.sections;
  least: Role;
  page: () => Promise<{ default: ComponentType }>;
}

/** The pages of the settings, in their order, and who has them. */
export const sections: Section[] = [
  { name: "account", least: "viewer", page: () => import("./account/AccountPage") },
  { name: "users", least: "administrator", page: () => import("./people/UsersPage") },
  { name: "groups", least: "administrator", page: () => import("./people/GroupsPage") },
  { name: "keys", least: "viewer", page: () => import("./account/KeysPage") },
  { name: "policies", least: "operator", page: () => import("./policies/PoliciesPage") },
  { name: "pushes", least: "operator", page: () => import("./pushes/PushesPage") },
  { name: "mail", least: "administrator", page: () => import("./mail/MailPage") },
  { name: "storage", least: "administrator", page: () => import("./storage/StoragePage") },
  { name: "backup", least: "administrator", page: () => import("./backup/BackupPage") },
  { name: "audit", least: "administrator", page: () => import("./audit/AuditPage") },
  { name: "system", least: "viewer", page: () => import("./system/SystemPage") },
  { name: "licence", least: "viewer", page: () => import("./licence/LicencePage") },
];
