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
  { name: "pushes", least: "administrator", page: () => import("./pushes/PushesPage") },
  { name: "storage", least: "administrator", page: () => import("./storage/StoragePage") },
  { name: "audit", least: "administrator", page: () => import("./audit/AuditPage") },
  { name: "system", least: "viewer", page: () => import("./system/SystemPage") },
];
