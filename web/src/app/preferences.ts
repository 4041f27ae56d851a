import { useSyncExternalStore } from "react";
import type { Ground } from "./theme";

export type Language = "zh" | "en";
export interface Preferences {
  language: Language;
  ground: Ground;
  /** Whether the rail shows icons only. */
  folded: boolean;
}

const KEY = "camloom.preferences";
const listeners = new Set<() => void>();
let current = read();

function read(): Preferences {
  const first: Preferences = {
    language: navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en",
    ground: globalThis.matchMedia?.("(prefers-color-scheme: dark)").matches ? "dark" : "light",
    folded: false,
  };
  try {
    const stored: Partial<Preferences> = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return { ...first, ...stored };
  } catch {
    return first; // a browser that keeps nothing still shows the console
  }
}

/** Change what this browser remembers of its user. */
export function prefer(change: Partial<Preferences>): void {
  current = { ...current, ...change };
  try {
    localStorage.setItem(KEY, JSON.stringify(current));
  } catch {
    // see above
  }
  for (const listener of listeners) listener();
}

/** What this browser remembers: language, dark or light, the rail. */
export function usePreferences(): Preferences {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}

/** The language of this browser's user, before anything is shown. */
export const language = (): Language => current.language;
