import type { operations } from "../../api/schema";

export type Asked = NonNullable<operations["get_report"]["parameters"]["query"]>;

export const PERIODS = ["day", "week", "month", "custom"] as const;
export type Period = (typeof PERIODS)[number];
export const NARROWS = ["group", "camera", "template", "severity"] as const;
export type Narrow = (typeof NARROWS)[number];

const SEVERITIES = ["critical", "major", "minor", "info"] as const;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const MOST_DAYS = 366;

/** What a report is asked for, read from an address; what nobody could have chosen is left out. */
export function askedOf(params: URLSearchParams): Asked {
  const period = PERIODS.find((one) => one === params.get("period")) ?? "week";
  const narrow = {
    group: params.getAll("group"),
    camera: params.getAll("camera"),
    template: params.getAll("template"),
    severity: SEVERITIES.filter((one) => params.getAll("severity").includes(one)),
  };
  const [day, last] = [dayIn(params, "day"), dayIn(params, "last")];
  if (period !== "custom") return { period, ...(day && { day }), ...narrow };
  if (!day || !last || !isSpan(day, last)) return { period: "week", ...narrow };
  return { period, day, last, ...narrow };
}

function dayIn(params: URLSearchParams, name: string): string | undefined {
  const said = params.get(name) ?? "";
  return DAY.test(said) && !Number.isNaN(Date.parse(said)) ? said : undefined;
}

/** Whether a report can be about these days: one to a year. */
export function isSpan(first: string, last: string): boolean {
  const days = (Date.parse(last) - Date.parse(first)) / 86_400_000 + 1;
  return days >= 1 && days <= MOST_DAYS;
}

/** A day some days later, or earlier; days have no zone here. */
export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);
}

/** Write what is asked for into an address. */
export function writtenOf(asked: Asked): URLSearchParams {
  const written = new URLSearchParams();
  for (const name of ["period", "day", "last"] as const) if (asked[name]) written.set(name, asked[name]);
  for (const name of NARROWS) for (const value of asked[name] ?? []) written.append(name, value);
  return written;
}
