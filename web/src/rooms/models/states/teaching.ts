import type { Schemas } from "../../../api/client";
import { LEAST_EXAMPLES, type TaughtPlace } from "../../../parts/states";

type Task = Schemas["TaskOut"];
type Point = [number, number];

export const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

/** What is missing before a place can be trained: examples of each state; `undefined` as a state: another one. */
export function missingOf(states: TaughtPlace["states"]): { state: string | undefined; count: number }[] {
  const few = Object.entries(states)
    .filter(([, count]) => count < LEAST_EXAMPLES)
    .map(([state, count]) => ({ state, count: LEAST_EXAMPLES - count }));
  return Object.keys(states).length < 2 ? [...few, { state: undefined, count: LEAST_EXAMPLES }] : few;
}

export interface ZoneOffer {
  key: string;
  zone: string;
  task: string;
  vertices: Point[];
}

/** The zones that are drawn on the picture of a camera. */
export function zonesOf(tasks: Task[], camera_id: string): ZoneOffer[] {
  return tasks
    .filter((task) => task.camera_id === camera_id)
    .flatMap(({ id, name, document }) =>
      (Array.isArray(document.zones) ? (document.zones as { name?: unknown; vertices?: unknown }[]) : []).flatMap(
        (zone) =>
          typeof zone?.name === "string" && Array.isArray(zone.vertices)
            ? [{ key: `${id} ${zone.name}`, zone: zone.name, task: name, vertices: zone.vertices as Point[] }]
            : [],
      ),
    );
}

/** The tasks whose rules ask for the states of a place. */
export const tasksAbout = (tasks: Task[], place: string): Task[] =>
  tasks.filter(({ document }) =>
    [document.alarms, document.rules].some(
      (rules) => Array.isArray(rules) && rules.some((rule: { model?: unknown } | null) => rule?.model === place),
    ),
  );

/** What was taken for something else, the most frequent first. */
export function confusionsOf({ states, confusion }: Pick<Schemas["StateTraining"], "states" | "confusion">) {
  return (confusion as number[][])
    .flatMap((row, is) => row.map((count, told) => ({ count, state: states[is] ?? "", other: states[told] ?? "" })))
    .filter(({ count, state, other }) => count > 0 && state !== other)
    .sort((one, other) => other.count - one.count);
}

/** The place and the state that an alarm is about; undefined: it is about none. */
export function taughtIn(event: Record<string, unknown>): { place: string; state: string } | undefined {
  const objects = Array.isArray(event.objects) ? (event.objects as { attributes?: unknown }[]) : [];
  for (const attributes of objects.map((one) => one?.attributes)) {
    const found = (Array.isArray(attributes) ? attributes : []).find(
      (one: { name?: unknown } | null) => event.type === "state.held" && one?.name === "state",
    ) as { value?: unknown; model?: unknown } | undefined;
    if (typeof found?.model === "string" && NAME.test(found.model))
      return { place: found.model, state: String(found.value) };
  }
  return undefined;
}
