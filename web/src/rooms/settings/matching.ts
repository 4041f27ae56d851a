import type { TFunction } from "i18next";
import type { Severity } from "../../app/theme";
import type { Choice, useChoices } from "../../parts/choices";
import type { Span } from "../../parts/week/spans";
import { sayOf } from "../../parts/week/WeekGrid";

/** Of which alarms something is told, or what a policy is about; what is empty fits everything. */
export interface MatchDraft {
  templates: string[];
  severities: Severity[];
  cameras: string[];
  groups: string[];
  week: Span[];
}

export const emptyMatch: MatchDraft = { templates: [], severities: [], cameras: [], groups: [], week: [] };

/** What fits, in words; empty: everything does. */
export function sayMatch(match: Partial<MatchDraft>, choices: ReturnType<typeof useChoices>, t: TFunction): string {
  const parts = [
    named(match.templates, choices.templates),
    match.severities?.map((one) => t(`severity.${one}`)).join(", "),
    named(match.groups, choices.groups),
    named(match.cameras, choices.cameras),
    match.week?.map((span) => sayOf(span, t)).join(", "),
  ];
  return parts.filter(Boolean).join(" · ");
}

// What is not known yet, or gone, has no name: an id is none for people.
const named = (ids: string[] = [], from: Choice[] = []) =>
  ids.map((id) => from.find(({ value }) => value === id)?.label ?? "…").join(", ");
