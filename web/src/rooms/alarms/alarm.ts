import type { TFunction } from "i18next";
import type { Schemas } from "../../api/client";
import type { Language } from "../../app/preferences";
import { lengthOf } from "../../parts/moments";

export type Summary = Schemas["AlarmSummary"];
export type Detail = Schemas["AlarmDetail"];

/** How long it lasted, or that it still does. */
export function lastedOf(alarm: Summary, language: Language, lasts: string): string {
  if (!alarm.ended_at) return lasts;
  const seconds = (Date.parse(alarm.ended_at) - Date.parse(alarm.began_at)) / 1000;
  return seconds >= 1 ? lengthOf(seconds, language) : "";
}

const QUIET = ["policy", "cooldown", "rare", "short", "unknown"] as const;

/** Why an alarm is quiet, in words. */
export function quietOf(reason: string, t: TFunction): string {
  const known = QUIET.find((one) => one === reason);
  return known ? t(`alarms.quiet.${known}`) : reason;
}
