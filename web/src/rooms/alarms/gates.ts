import type { Schemas } from "../../api/client";

/** A condition that an event passed, as its rule measured it. */
export type Gate = Schemas["EventGate"];

/** Where the parts of a gate's bar lie, as shares of its width. */
export interface Bar {
  fill: [number, number];
  threshold: number;
}

/** Lay out a bar that shows value and threshold on one scale, with some room beyond the larger. */
export function barOf({ value, threshold }: Pick<Gate, "value" | "threshold">): Bar {
  const low = Math.min(0, value, threshold);
  const high = Math.max(0, value, threshold);
  const span = (high - low || 1) * 1.2;
  const at = (number: number) => (number - low) / span;
  return { fill: [at(Math.min(0, value)), at(Math.max(0, value))], threshold: at(threshold) };
}
