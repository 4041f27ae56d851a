import type { Schemas } from "../../../api/client";
import { alarmsOf, listed, taskDocument } from "../../../parts/documents";
import { LEAST_EXAMPLES, type TaughtPlace } from "../../../parts/states";

type Task = Schemas["TaskOut"];

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
  vertices: Schemas["TaskZone"]["vertices"];
}

/** The zones that are drawn on the picture of a camera. */
export function zonesOf(tasks: Task[], camera_id: string): ZoneOffer[] {
  return tasks
    .filter((task) => task.camera_id === camera_id)
    .flatMap((task) =>
      listed(taskDocument(task).zones).map(({ name, vertices }) => {
        return { key: `${task.id} ${name}`, zone: name, task: task.name, vertices };
      }),
    );
}

/** The tasks whose rules ask for the states of a place. */
export const tasksAbout = (tasks: Task[], place: string): Task[] =>
  tasks
    .map((task) => ({ task, document: taskDocument(task) }))
    .filter(({ document }) => [...alarmsOf(document), ...listed(document.rules)].some(({ model }) => model === place))
    .map(({ task }) => task);

/** What was taken for something else, the most frequent first. */
export function confusionsOf({ states, confusion }: Pick<Schemas["StateTraining"], "states" | "confusion">) {
  return confusion
    .flatMap((row, is) => row.map((count, told) => ({ count, state: states[is] ?? "", other: states[told] ?? "" })))
    .filter(({ count, state, other }) => count > 0 && state !== other)
    .sort((one, other) => other.count - one.count);
}

/** The place and the state that an alarm is about; undefined: it is about none. */
export function taughtIn(event: Schemas["AlarmDetail"]["event"]): { place: string; state: string } | undefined {
  const { type, objects }: Partial<Schemas["HostEvent"]> = event; // as its host said it: any of it may be anything
  if (type !== "state.held") return undefined;
  for (const { attributes } of listed(objects)) {
    const found = listed(attributes).find(({ name }) => name === "state");
    if (typeof found?.model === "string" && NAME.test(found.model))
      return { place: found.model, state: String(found.value) };
  }
  return undefined;
}
