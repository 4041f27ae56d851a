import { theme as antd, type ThemeConfig } from "antd";
import type { Schemas } from "../api/client";

/** The accent; alarm colours are for alarms alone. */
const ACCENT = { light: "#0b7477", dark: "#3fb8ba" };

/** The accent for what is drawn over a picture, which is as dark as the dark ground. */
export const ON_PICTURE = ACCENT.dark;

/** The ground of what is chosen; the one that is derived from so dark an accent is too grey to read on. */
const CHOSEN = { colorPrimaryBg: "#e3f1f1", colorPrimaryBgHover: "#d2e9e9", controlItemBgActive: "#dcefee" };

/** Colour of an alarm by its severity, readable on both grounds. */
export const severityColour: Record<Severity, string> = {
  critical: "#d4380d",
  major: "#d46b08",
  minor: "#ad8b00",
  info: "#0958d9",
};

export type Severity = Schemas["AlarmSummary"]["severity"];
export type Ground = "light" | "dark";

/** Controls for a thumb: 40 px (the compact algorithm takes four), small ones 32. */
const FOR_THUMBS = { controlHeight: 44, controlHeightSM: 32 };

/**
 * Calm and dense: one accent, an 8 px grid, tabular figures.
 *
 * @param phone - whether thumbs press what pointers press elsewhere.
 */
export function themeOf(ground: Ground, phone: boolean): ThemeConfig {
  const dark = ground === "dark";
  return {
    algorithm: [dark ? antd.darkAlgorithm : antd.defaultAlgorithm, antd.compactAlgorithm],
    token: {
      colorPrimary: ACCENT[ground],
      ...(dark ? {} : CHOSEN),
      ...(phone ? FOR_THUMBS : {}),
      colorLink: ACCENT[ground],
      colorTextPlaceholder: dark ? "#9aa4ad" : "#5f6b76",
      colorTextDescription: dark ? "#a9b3bc" : "#55606a",
      colorError: dark ? "#ff7875" : "#cf1322",
      borderRadius: 4,
      fontSize: 14,
      fontFamily:
        '"Inter", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "WenQuanYi Micro Hei", system-ui, sans-serif',
    },
    components: {
      Button: dark ? { primaryColor: "#001214" } : {}, // white on the light accent is too faint to read
      Progress: { defaultColor: ACCENT[ground] },
      Descriptions: { labelColor: dark ? "#a9b3bc" : "#55606a" },
      Layout: { headerHeight: 48, headerPadding: "0 16px", siderBg: dark ? "#141414" : "#ffffff" },
      Menu: { itemSelectedColor: dark ? "#7fd6d8" : "#075457", activeBarBorderWidth: 0 },
    },
  };
}
