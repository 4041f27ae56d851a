import type { Schemas } from "../api/client";

export type TaskDocument = Schemas["TaskDocument"];
export type TaskAlarm = Schemas["TaskAlarm"];

/** What a camera is to watch for: the API hands it on as it was kept, and checked it before. */
export const taskDocument = ({ document }: Pick<Schemas["TaskOut"], "document">) => document as TaskDocument;

/** The objects of a list in a document; whatever else stands in its place is left out. */
export function listed<T>(value: T[] | undefined): Extract<T, object>[] {
  const all: unknown[] = Array.isArray(value) ? value : [];
  return all.filter((one): one is Extract<T, object> => typeof one === "object" && one !== null);
}

/** The alarms of a task; one that is as its template has it may be written as just the name of that. */
export function alarmsOf({ alarms }: TaskDocument): TaskAlarm[] {
  const all: unknown[] = Array.isArray(alarms) ? alarms : [];
  return listed(all.map((one) => (typeof one === "string" ? { template: one } : one) as TaskAlarm));
}
