import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { GLANCE_MS, watchTab } from "./useLookedAt";

class Tab extends EventTarget {
  hidden = false;

  turn(hidden: boolean): void {
    this.hidden = hidden;
    this.dispatchEvent(new Event("visibilitychange"));
  }
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function watched() {
  const tab = new Tab();
  const told: boolean[] = [];
  const end = watchTab(tab as unknown as Document, (lookedAt) => told.push(lookedAt));
  return { tab, told, end };
}

test("a tab that stays hidden is not looked at, and is at once when it comes back", () => {
  const { tab, told } = watched();
  tab.turn(true);
  vi.advanceTimersByTime(GLANCE_MS);
  tab.turn(false);
  expect(told).toEqual([true, false, true]);
});

test("a glance at another tab ends nothing", () => {
  const { tab, told } = watched();
  tab.turn(true);
  vi.advanceTimersByTime(GLANCE_MS - 1);
  tab.turn(false);
  vi.advanceTimersByTime(GLANCE_MS);
  expect(told).not.toContain(false);
});

test("what has ended tells nothing more", () => {
  const { tab, told, end } = watched();
  tab.turn(true);
  end();
  vi.advanceTimersByTime(GLANCE_MS);
  expect(told).toEqual([true]);
});
