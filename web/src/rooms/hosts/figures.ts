import type { Schemas } from "../../api/client";
import type { Curve } from "../../parts/chart/Curves";

type Point = Schemas["LoadPoint"];

export const shareOf = (share: number): string => `${Math.round(share * 100)} %`;

/** How many streams fit, for people: whole ones, and `<1` where not even one does. */
export const fitOf = (fit: number): string => (fit < 1 ? "<1" : String(Math.floor(fit)));

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
