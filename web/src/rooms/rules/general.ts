import type { Schemas } from "../../api/client";
import { type Setting, settingOf } from "../../parts/fields/setting";

/** What every alarm takes beside the settings of its template, in the order in which it is asked. */
export const GENERAL = [
  "severity",
  "merge_s",
  "outside",
  "min_confidence",
  "min_height_share",
  "gap_s",
  "debounce_s",
  "cooldown_s",
  "rule_cooldown_s",
] as const;
export type General = (typeof GENERAL)[number];

const UNITS: Partial<Record<General, string>> = { min_height_share: "share of the picture's height" };

/** Those of them that an alarm of this template takes, read from its JSON Schema. */
export function generalOf(
  form: Schemas["FittedTemplate"]["form"],
  severity: string,
  labels: Record<General, string>,
): [General, Setting][] {
  const { properties = {} } = form as Schemas["FormSchema"];
  return GENERAL.filter((key) => properties[key]).map((key) => {
    const unit = UNITS[key] ?? (key.endsWith("_s") ? "s" : "");
    const setting = settingOf(properties[key] ?? {}, { label: labels[key], unit });
    return [key, key === "severity" ? { ...setting, default: severity } : setting];
  });
}
