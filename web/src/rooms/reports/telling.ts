import type { Schemas } from "../../api/client";

/** A share as people write it. */
export function shareOf(share: number | null, digits = 0): string {
  return share === null ? "–" : `${(share * 100).toFixed(digits)} %`;
}

/** For which share of the time that they were meant to run all cameras together were online; null: nothing is known. */
export function onlineOf(uptimes: Schemas["Uptime"][]): number | null {
  const meant_s = uptimes.reduce((sum, one) => sum + one.meant_s, 0);
  const offline_s = uptimes.reduce((sum, one) => sum + one.offline_s, 0);
  return meant_s > 0 ? 1 - offline_s / meant_s : null;
}

/** How deep a cell of the heat is coloured: nothing for none, and one alarm can be seen. */
export function depthOf(count: number, most: number): number {
  return count ? 0.15 + 0.85 * (count / Math.max(most, 1)) : 0;
}

/** The bars up to the last one with anything in it. */
export function filledOf(waits: Schemas["WaitBar"][]): Schemas["WaitBar"][] {
  return waits.slice(0, waits.findLastIndex(({ alarms }) => alarms > 0) + 1);
}

/** The directions in which lines were crossed, each once. */
export function directionsOf(counts: { passed: { [direction: string]: number } }[]): string[] {
  return [...new Set(counts.flatMap(({ passed }) => Object.keys(passed)))].sort();
}
