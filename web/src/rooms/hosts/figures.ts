import type { Schemas } from "../../api/client";
import type { Curve } from "../../parts/chart/Curves";

type Point = Schemas["LoadPoint"];

const UNITS = ["B", "kB", "MB", "GB", "TB"];

/** Bytes for people, to three digits: `1.23 GB`. */
export function bytesOf(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${power === 0 ? Math.round(value) : Number(value.toPrecision(3))} ${UNITS[power]}`;
}

/** Bits per second for people. */
export const bitsOf = (bps: number): string => `${bytesOf(bps).replace("B", "b")}/s`;

export const shareOf = (share: number): string => `${Math.round(share * 100)} %`;

/** A curve of one figure; a gap of more than three steps is one, for the host was away. */
export function curveOf(points: Point[], key: Exclude<keyof Point, "at">, name: string, colour: string): Curve {
  const times = points.map(({ at }) => Date.parse(at));
  const steps = times.slice(1).map((time, at) => time - (times[at] ?? time));
  const step = Math.min(...steps);
  const found: Curve["points"] = [];
  points.forEach((point, at) => {
    const [before, time] = [times[at - 1], times[at] ?? 0];
    if (before !== undefined && time - before > 3 * step) found.push([before + step, null]);
    found.push([time, point[key] ?? null]);
  });
  return { name, colour, points: found };
}

/** Whether anything is known of a figure. */
export const isKnown = (points: Point[], key: Exclude<keyof Point, "at">): boolean =>
  points.some((point) => typeof point[key] === "number");

/** What is in a line of the log that a filter asks for; the order stays. */
export function linesWith(lines: string[], text: string): string[] {
  const wanted = text.trim().toLowerCase();
  return wanted ? lines.filter((line) => line.toLowerCase().includes(wanted)) : lines;
}
