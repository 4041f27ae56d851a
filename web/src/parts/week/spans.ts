import type { Schemas } from "../../api/client";

/** A part of the day on some days: it may go over midnight, and start = end is a whole day. */
export type Span = Required<Schemas["WeekSpan"]>;
export type Day = Span["days"][number];
export const DAYS: readonly Day[] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

export const CELLS = 48;
const CELL_MIN = 1440 / CELLS;
/** Half hours of the week, day by day: true where it counts. */
export type Painted = boolean[][];

export const nothing = (): Painted => DAYS.map(() => Array<boolean>(CELLS).fill(false));

/** Paint spans on the grid; half an hour counts where its begin does. */
export function paintedOf(spans: Span[]): Painted {
  const painted = nothing();
  for (const { days, start, end } of spans) {
    const from = Math.ceil(minuteOf(start) / CELL_MIN);
    const length = (minuteOf(end) - minuteOf(start) + 1440) % 1440 || 1440;
    const cells = Math.max(1, Math.round(length / CELL_MIN));
    for (const day of days) {
      const first = DAYS.indexOf(day) * CELLS + from;
      for (let cell = first; cell < first + cells; cell++) {
        const row = painted[Math.floor(cell / CELLS) % DAYS.length];
        if (row) row[cell % CELLS] = true;
      }
    }
  }
  return painted;
}

/** Read spans from the grid, days with the same hours together; all of the week is no span at all: always. */
export function spansOf(painted: Painted): Span[] {
  if (painted.every((row) => row.every(Boolean))) return [];
  const found = new Map<string, Day[]>();
  DAYS.forEach((day, place) => {
    for (const [first, last] of runsOf(painted[place] ?? [])) {
      const key = `${timeOf(first)}-${timeOf(last)}`;
      found.set(key, [...(found.get(key) ?? []), day]);
    }
  });
  return [...found].map(([key, days]) => ({ days, start: key.slice(0, 5), end: key.slice(6) }));
}

/** Tell whether the grid can show spans without a change: what lies between half hours it cannot. */
export function fitsGrid(spans: Span[]): boolean {
  return spans.every(({ start, end }) => [start, end].every((time) => minuteOf(time) % CELL_MIN === 0));
}

function runsOf(row: boolean[]): [number, number][] {
  const runs: [number, number][] = [];
  row.forEach((on, cell) => {
    const last = runs.at(-1);
    if (on && last?.[1] === cell) last[1] = cell + 1;
    else if (on) runs.push([cell, cell + 1]);
  });
  return runs;
}

function minuteOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours * 60 + minutes;
}

/** The time of day at which a half hour begins. */
export function timeOf(cell: number): string {
  const minutes = (cell * CELL_MIN) % 1440;
  return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
}
