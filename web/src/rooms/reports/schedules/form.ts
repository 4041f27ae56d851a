import type { Schemas } from "../../../api/client";

export type Schedule = Schemas["Schedule"];
export type ScheduleForm = Schemas["ScheduleForm"];
type Wish = ScheduleForm["wish"];

/** A report by mail as its form has it: flat. */
export interface Draft {
  name: string;
  language: "zh" | "en";
  every: "daily" | "weekly" | "monthly";
  at: string;
  weekday: (typeof WEEKDAYS)[number];
  day: number;
  recipients: string[];
  csv: boolean;
  group: string[];
  camera: string[];
  template: string[];
  severity: NonNullable<NonNullable<Wish["filter"]>["severity"]>;
}

export const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
const FIRST = { every: "weekly", at: "08:00", weekday: "mon", day: 1 } as const;

/** What the form begins with: a report that is there, or one for Monday morning. */
export function draftOf(schedule: Schedule | undefined, language: "zh" | "en"): Draft {
  const wish: Partial<Wish> = schedule?.wish ?? {};
  const { every, at, weekday, day } = { ...FIRST, ...wish.timing };
  const { group = [], camera = [], template = [], severity = [] } = wish.filter ?? {};
  return {
    name: schedule?.name ?? "",
    language: wish.language ?? language,
    every,
    at: at.slice(0, 5),
    weekday,
    day,
    recipients: wish.recipients ?? [],
    csv: wish.csv ?? false,
    ...{ group, camera, template, severity },
  };
}

/** What the server takes. */
export function bodyOf(draft: Draft, enabled: boolean): ScheduleForm {
  const { name, language, every, at, weekday, day, recipients, csv, group, camera, template, severity } = draft;
  const filter = { group, camera, template, severity };
  return { name, enabled, wish: { timing: { every, at, weekday, day }, language, recipients, csv, filter } };
}

const ADDRESS = /^[\w.%+-]{1,64}@[A-Za-z0-9][A-Za-z0-9.-]{0,251}[A-Za-z0-9]$/;

/** Whether all of it are addresses of mail. */
export const areAddresses = (said: string[]): boolean => said.every((one) => ADDRESS.test(one));
