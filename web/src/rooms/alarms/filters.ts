import type { operations } from "../../api/schema";
import type { Summary } from "./alarm";

export type Query = NonNullable<operations["list_alarms"]["parameters"]["query"]>;
export type Severity = Summary["severity"];
export type Handling = Summary["handling"];
export type Verdict = NonNullable<Summary["verdict"]>;

/** Which alarms somebody wants to see; the address of the page says it. */
export interface Filters {
  since?: string;
  until?: string;
  camera: string[];
  group: string[];
  template: string[];
  severity: Severity[];
  handling: Handling[];
  verdict: Verdict[];
  assignee?: string;
  text: string;
  quiet: boolean;
}

export const SEVERITIES: Severity[] = ["critical", "major", "minor", "info"];
export const HANDLINGS: Handling[] = ["new", "acknowledged", "closed"];
export const VERDICTS: Verdict[] = ["true", "false"];
const LISTS = ["camera", "group", "template", "severity", "handling", "verdict"] as const;

/** Read the filters from an address; what nobody could have chosen is left out. */
export function filtersOf(params: URLSearchParams): Filters {
  const known = <Word extends string>(name: string, words: Word[]) =>
    words.filter((word) => params.getAll(name).includes(word));
  return {
    since: momentIn(params, "since"),
    until: momentIn(params, "until"),
    camera: params.getAll("camera"),
    group: params.getAll("group"),
    template: params.getAll("template"),
    severity: known("severity", SEVERITIES),
    handling: known("handling", HANDLINGS),
    verdict: known("verdict", VERDICTS),
    assignee: params.get("assignee") ?? undefined,
    text: params.get("text") ?? "",
    quiet: params.get("quiet") === "true",
  };
}

function momentIn(params: URLSearchParams, name: string): string | undefined {
  const moment = new Date(params.get(name) ?? "");
  return Number.isNaN(moment.getTime()) ? undefined : moment.toISOString();
}

/** Write filters into an address; everything else in it stays. */
export function withFilters(params: URLSearchParams, filters: Filters): URLSearchParams {
  const next = new URLSearchParams(params);
  for (const name of [...LISTS, "since", "until", "assignee", "text", "quiet"]) next.delete(name);
  for (const name of LISTS) for (const value of filters[name]) next.append(name, value);
  for (const name of ["since", "until", "assignee", "text"] as const) if (filters[name]) next.set(name, filters[name]);
  if (filters.quiet) next.set("quiet", "true");
  return next;
}

/** How many of the filters narrow the list. */
export function narrowing(filters: Filters): number {
  const single = [filters.since ?? filters.until, filters.assignee, filters.text, filters.quiet];
  return LISTS.filter((name) => filters[name].length).length + single.filter(Boolean).length;
}

/** The filters as the server takes them. */
export function queryOf({ text, quiet, ...filters }: Filters): Query {
  return { ...filters, ...(text && { text }), ...(quiet && { quiet }) };
}

/** Tell whether an alarm that has just come belongs into a list. */
export function fits(filters: Filters, alarm: Summary): boolean {
  const any = (wanted: string[], value: string | null) => !wanted.length || (value !== null && wanted.includes(value));
  const words = [...Object.values(alarm.name), alarm.camera_name, alarm.zone, alarm.template, alarm.rule_id];
  const began = Date.parse(alarm.began_at);
  return (
    !filters.quiet &&
    any(filters.camera, alarm.camera_id) &&
    any(filters.group, alarm.camera_group_id) &&
    any(filters.template, alarm.template) &&
    any(filters.severity, alarm.severity) &&
    any(filters.handling, alarm.handling) &&
    any(filters.verdict, alarm.verdict) &&
    (!filters.assignee || alarm.assignee_id === filters.assignee) &&
    (!filters.since || began >= Date.parse(filters.since)) &&
    (!filters.until || began < Date.parse(filters.until)) &&
    words.some((word) => word.toLowerCase().includes(filters.text.toLowerCase()))
  );
}
