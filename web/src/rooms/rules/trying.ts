import type { Schemas } from "../../api/client";

export type Tried = Schemas["TriedAlarm"];
export type Known = Schemas["AlarmSummary"];

export interface Seen {
  tried: Tried;
  /** What it was in life: its picture, and what somebody said of it. */
  known: Known | undefined;
}

export interface Verdicts {
  before: number;
  after: number;
  /** Alarms that somebody called true, and that would not come any more. */
  trueLost: number;
  /** Alarms that somebody called false, and that would not come any more. */
  falseGone: number;
  removed: Seen[];
  added: Seen[];
}

/** How much of the time that was asked about is stored. */
export interface Past {
  first: string | undefined;
  last: string | undefined;
  seconds: number;
  /** As good as all of it. */
  whole: boolean;
}

const WHOLE = 0.95;

/** Rules are shown some minutes more before the span, so what is stored may begin before it. */
export function pastOf({ first, last }: Pick<Schemas["WhatIfAnswer"], "first" | "last">, since: string): Past {
  if (!first || !last) return { first: undefined, last: undefined, seconds: 0, whole: false };
  const begin_ms = Math.max(Date.parse(first), Date.parse(since));
  const seconds = Math.max(0, (Date.parse(last) - begin_ms) / 1000);
  const asked_s = (Date.now() - Date.parse(since)) / 1000;
  return { first: new Date(begin_ms).toISOString(), last, seconds, whole: seconds >= WHOLE * asked_s };
}

const SAME_MS = 1_000;

/** Say what an edit does, with the alarms that were: their pictures, and the marks of people. */
export function verdictsOf({ counts, removed = [], added = [] }: Schemas["TriedDifference"], known: Known[]): Verdicts {
  const gone = removed.map((tried) => ({ tried, known: known.find((one) => isSame(tried, one)) }));
  const marked = (verdict: Known["verdict"]) => gone.filter((one) => one.known?.verdict === verdict).length;
  return {
    before: counts.kept + counts.removed,
    after: counts.kept + counts.added,
    trueLost: marked("true"),
    falseGone: marked("false"),
    removed: gone,
    added: added.map((tried) => ({ tried, known: undefined })),
  };
}

/** The same rule, and they begin together or last at the same time. */
export function isSame(tried: Tried, known: Known): boolean {
  if (tried.rule_id !== known.rule_id) return false;
  const [began, ended] = [Date.parse(tried.began), Date.parse(tried.ended)];
  const [knownBegan, knownEnded] = [Date.parse(known.began_at), Date.parse(known.ended_at ?? known.began_at)];
  return Math.abs(began - knownBegan) <= SAME_MS || (began <= knownEnded && knownBegan <= ended);
}
