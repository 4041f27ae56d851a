import type { Schemas } from "../../api/client";
import { listed, taskDocument } from "../../parts/documents";

type Task = Schemas["TaskOut"];
type Template = Schemas["FittedTemplate"];

/** The models that a task names: the one that finds the objects (or that of all tasks), and those that read crops. */
export function modelsOf(task: Pick<Task, "document">, fallback: string): string[] {
  const { model, secondary } = taskDocument(task);
  return [model ?? fallback, ...listed(secondary).flatMap((reader) => reader.model ?? [])];
}

/** The tasks that use a model. */
export const tasksWith = (tasks: Task[], model: string, fallback: string): Task[] =>
  tasks.filter((task) => modelsOf(task, fallback).includes(model));

export interface Lack {
  code: string;
  templates: Template[];
}

/** What no model here does, with the templates that wait for it; what most wait for comes first. */
export function lacksOf(templates: Template[]): Lack[] {
  const codes = [...new Set(templates.flatMap(({ fit }) => fit?.lacks ?? []))];
  const found = codes.map((code) => ({ code, templates: templates.filter(({ fit }) => fit?.lacks.includes(code)) }));
  return found.sort((one, other) => other.templates.length - one.templates.length);
}

/** What was measured, flat, for people: `[["mAP", "0.31"], ["ms.openvino", "12.4"]]`. */
export function figuresOf(measured: Record<string, unknown>, before = ""): [string, string][] {
  return Object.entries(measured).flatMap(([key, value]): [string, string][] => {
    if (key === "parity") return []; // how far runtimes may differ: for those who test them
    const name = before ? `${before} ${key}` : key;
    if (value !== null && typeof value === "object") return figuresOf(value as Record<string, unknown>, name);
    return [[name, typeof value === "number" ? String(Number(value.toPrecision(3))) : String(value)]];
  });
}
