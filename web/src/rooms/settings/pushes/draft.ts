import type { Schemas } from "../../../api/client";
import type { Language } from "../../../app/preferences";
import type { Span } from "../../../parts/week/spans";
import { emptyMatch, type MatchDraft } from "../matching";
import type { Kind, Target } from "./data";
import { given, type Settings } from "./settings";

/** A target as its form has it. */
export interface Draft extends MatchDraft {
  name: string;
  language: Language;
  settings: Settings;
  changes: Schemas["PushKindAnswer"]["changes"];
  quiet: Span[];
}

/** Open a target, or a new one of a kind, in the form. */
export function draftOf(kind: Kind, name: string, language: Language, target?: Target): Draft {
  if (!target) return { ...emptyMatch, name, language, settings: {}, changes: kind.changes, quiet: [] };
  const { match } = target;
  return {
    ...emptyMatch,
    ...match,
    name: target.name,
    language: target.language === "zh" ? "zh" : "en",
    settings: target.settings,
    changes: match.changes ?? kind.changes,
    quiet: match.quiet ?? [],
  };
}

/** Write what the form holds. */
export function formOf(kind: Kind, draft: Draft, enabled: boolean): Schemas["PushForm"] {
  const { name, language, settings, changes, severities, templates, cameras, groups, week, quiet } = draft;
  const match = { changes, severities, templates, cameras, groups, week, quiet };
  return { kind: kind.kind, name, language, enabled, settings: given(settings), match };
}
