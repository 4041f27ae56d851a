/** A condition that an event passed, as its rule measured it. */
export interface Gate {
  name: string;
  value: number;
  threshold: number;
  unit: string;
}

/** Where the parts of a gate's bar lie, as shares of its width. */
export interface Bar {
  fill: [number, number];
  threshold: number;
}

/** Read the gates of an event; whatever is no gate is left out. */
export function gatesOf(why: unknown): Gate[] {
  if (!Array.isArray(why)) return [];
  return why.flatMap((one: Record<string, unknown> | null) => {
    if (typeof one?.name !== "string" || typeof one.value !== "number" || typeof one.threshold !== "number") return [];
    return [
      {
        name: one.name,
        value: one.value,
        threshold: one.threshold,
        unit: typeof one.unit === "string" ? one.unit : "",
      },
    ];
  });
}

/** Lay out a bar that shows value and threshold on one scale, with some room beyond the larger. */
export function barOf({ value, threshold }: Gate): Bar {
  const low = Math.min(0, value, threshold);
  const high = Math.max(0, value, threshold);
  const span = (high - low || 1) * 1.2;
  const at = (number: number) => (number - low) / span;
  return { fill: [at(Math.min(0, value)), at(Math.max(0, value))], threshold: at(threshold) };
}
