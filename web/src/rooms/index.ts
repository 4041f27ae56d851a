import {
  AlertOutlined,
  BarChartOutlined,
  ClusterOutlined,
  DeploymentUnitOutlined,
  EditOutlined,
  PlaySquareOutlined,
  SettingOutlined,
  VideoCameraOutlined,
} from "@ant-design/icons";
import type { ComponentType } from "react";
import type { en } from "../words/common";

export interface Room {
  name: keyof typeof en.rooms;
  icon: ComponentType;
  /** Its page, in a file of its own that is fetched when somebody goes there. */
  page: () => Promise<{ Component: ComponentType }>;
  /** Who has it in the rail. */
  least: "viewer" | "operator" | "administrator";
}

/** The rooms of the console, in the order of the rail. */
export const rooms: Room[] = [
  { name: "live", icon: PlaySquareOutlined, page: () => import("./live/LivePage"), least: "viewer" },
  { name: "alarms", icon: AlertOutlined, page: () => import("./alarms/AlarmsPage"), least: "viewer" },
  { name: "cameras", icon: VideoCameraOutlined, page: () => import("./cameras/CamerasPage"), least: "viewer" },
  { name: "rules", icon: EditOutlined, page: () => import("./rules/RulesPage"), least: "operator" },
  { name: "hosts", icon: ClusterOutlined, page: () => import("./hosts/HostsPage"), least: "administrator" },
  { name: "models", icon: DeploymentUnitOutlined, page: () => import("./models/ModelsPage"), least: "administrator" },
  { name: "reports", icon: BarChartOutlined, page: () => import("./reports/ReportsPage"), least: "viewer" },
  { name: "settings", icon: SettingOutlined, page: () => import("./settings/SettingsPage"), least: "viewer" },
];
