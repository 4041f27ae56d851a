import type { Schemas } from "../../../api/client";
import type { Severity } from "../../../app/theme";
import { emptyMatch, type MatchDraft } from "../matching";

export const POLICIES = ["policies"];

export type Policy = Schemas["Policy"];
export type PolicyForm = Schemas["PolicyForm"];

/** A policy as its form has it: what is switched off keeps its place, and is left out when it is written. */
export interface Draft extends MatchDraft {
  name: string;
  enabled: boolean;
  quiet: boolean;
  severity?: Severity;
  lasts_s: number;
  merge_s: number;
  cooldown_s: number;
  often: boolean;
  times: number;
  within_s: number;
  escalate: boolean;
  after_s: number;
  escalated?: Severity;
  /** Pushes that hear of it. */
  targets: string[];
}

/** Open a policy, or an empty one, in the form. */
export function draftOf(policy?: Policy): Draft {
  const [match, effect] = [policy?.match, policy?.effect];
  return {
    name: policy?.name ?? "",
    enabled: policy?.enabled ?? true,
    ...emptyMatch,
    ...match,
    quiet: effect?.quiet ?? false,
    severity: effect?.severity ?? undefined,
    lasts_s: effect?.lasts_s ?? 0,
    merge_s: effect?.merge_s ?? (policy ? 0 : 30),
    cooldown_s: effect?.cooldown_s ?? 0,
    often: Boolean(effect?.often),
    times: effect?.often?.times ?? 3,
    within_s: effect?.often?.within_s ?? 600,
    escalate: Boolean(effect?.escalate),
    after_s: effect?.escalate?.after_s ?? 300,
    escalated: effect?.escalate?.severity ?? undefined,
    targets: effect?.escalate?.targets ?? [],
  };
}

/** Write what the form holds. */
export function formOf(draft: Draft): PolicyForm {
  const { name, enabled, templates, severities, cameras, groups, week } = draft;
  const { times, within_s, after_s, escalated, targets } = draft;
  return {
    name,
    enabled,
    match: { templates, severities, cameras, groups, week },
    effect: {
      quiet: draft.quiet,
      severity: draft.severity ?? null,
      lasts_s: draft.lasts_s ?? 0,
      merge_s: draft.merge_s ?? 0,
      cooldown_s: draft.cooldown_s ?? 0,
      often: draft.often ? { times: times ?? 3, within_s: within_s ?? 600 } : null,
      escalate: draft.escalate ? { after_s: after_s ?? 300, severity: escalated ?? null, targets } : null,
    },
  };
}

/** Put one of a list before another. */
export function moved<Item>(items: Item[], from: number, to: number): Item[] {
  const next = [...items];
  const [one] = next.splice(from, 1);
  if (one !== undefined) next.splice(to, 0, one);
  return next;
}

/** The field of the form that a place in a policy is about. */
export function fieldOf(path: (string | number)[]): string | undefined {
  const [part, name, inner] = path;
  if (part === "name" || part === "enabled") return part;
  if (part === "match") return typeof name === "string" ? name : undefined;
  if (part !== "effect" || typeof name !== "string") return undefined;
  if (name !== "often" && name !== "escalate") return name;
  return inner === "severity" ? "escalated" : String(inner ?? name);
}
