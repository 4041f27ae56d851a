import { useReducer } from "react";
import type { Schemas } from "../../api/client";
import type { TaskDocument } from "../../parts/documents";

export type Week = Schemas["WeekSpan"][];

/** A task as somebody edits it. */
export interface Draft {
  name: string;
  schedule: Week;
  document: TaskDocument;
}

interface Steps {
  past: Draft[];
  now: Draft;
  next: Draft[];
  /** What was edited last: one drag is one step, and so is one word that is typed. */
  key: string;
}

type Act = { act: "edit"; draft: Draft; key: string } | { act: "undo" } | { act: "redo" } | { act: "rest" };

const MOST_STEPS = 100;

/** The next state of an edit with its steps back and forth. */
export function step(steps: Steps, act: Act): Steps {
  const { past, now, next } = steps;
  if (act.act === "rest") return steps.key ? { ...steps, key: "" } : steps;
  if (act.act === "edit") {
    const goesOn = act.key !== "" && act.key === steps.key;
    return { past: goesOn ? past : [...past, now].slice(-MOST_STEPS), now: act.draft, next: [], key: act.key };
  }
  const [from, to] = act.act === "undo" ? [past.at(-1), past.slice(0, -1)] : [next[0], next.slice(1)];
  if (!from) return steps;
  return act.act === "undo"
    ? { past: to, now: from, next: [now, ...next], key: "" }
    : { past: [...past, now], now: from, next: to, key: "" };
}

/** An edit that can be taken back, step by step. */
export function useDraft(first: Draft) {
  const [steps, act] = useReducer(step, { past: [], now: first, next: [], key: "" });
  return {
    draft: steps.now,
    canUndo: steps.past.length > 0,
    canRedo: steps.next.length > 0,
    edit: (draft: Draft, key = "") => act({ act: "edit", draft, key }),
    rest: () => act({ act: "rest" }),
    undo: () => act({ act: "undo" }),
    redo: () => act({ act: "redo" }),
  };
}

export type Editing = ReturnType<typeof useDraft>;
