export type Span = "hour" | "day" | "week" | "own";

const HOURS = { hour: 1, day: 24, week: 168 } as const;

/** The span that is meant, as the server wants it: it ends now, unless it is one of somebody's own. */
export function spanOf(span: Span, now: Date, own?: [Date, Date]): { since: string; until: string } {
  if (span === "own" && own) return { since: own[0].toISOString(), until: own[1].toISOString() };
  const hours = span === "own" ? HOURS.day : HOURS[span];
  return { since: new Date(now.getTime() - hours * 3_600_000).toISOString(), until: now.toISOString() };
}
