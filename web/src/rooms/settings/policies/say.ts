import type { TFunction } from "i18next";
import type { Language } from "../../../app/preferences";
import { lengthOf } from "../../../parts/moments";
import type { Policy } from "./draft";

/** What it does, in words. */
export function sayEffect({ effect }: Policy, language: Language, t: TFunction): string {
  const time = (seconds = 0) => lengthOf(seconds, language);
  if (effect?.quiet) return t("settings.policies.isQuiet");
  const { severity, lasts_s, often, merge_s, cooldown_s, escalate } = effect ?? {};
  const parts = [
    severity && t("settings.policies.isSeverity", { severity: t(`severity.${severity}`) }),
    lasts_s && t("settings.policies.ifLasts", { time: time(lasts_s) }),
    often && t("settings.policies.ifOften", { times: often.times, time: time(often.within_s) }),
    merge_s && t("settings.policies.merges", { time: time(merge_s) }),
    cooldown_s && t("settings.policies.cools", { time: time(cooldown_s) }),
    escalate && t("settings.policies.escalates", { time: time(escalate.after_s) }),
  ];
  return parts.filter(Boolean).join(" · ") || t("settings.policies.shown");
}
