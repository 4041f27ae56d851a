import { useEffect, useRef } from "react";

/** Keys that do something wherever the focus is, unless somebody writes or chooses from a list.
 *
 * One that did nothing says `false`: then it is left to others.
 */
export function useKeys(keys: Record<string, () => unknown>): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const act = latest.current[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (!act || event.ctrlKey || event.metaKey || event.altKey || isBusy(event)) return;
      if (act() !== false) event.preventDefault();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
}

const WRITES =
  "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable], [role=combobox], [role=listbox], [role=dialog]";

function isBusy(event: KeyboardEvent): boolean {
  const target = event.target as Element | null;
  // A link is followed by Enter: a space on the row that was just clicked is for the room.
  const presses = event.key === " " && target?.closest("button, video, input, [role=radiogroup], [role=switch]");
  return event.defaultPrevented || Boolean(presses || target?.closest?.(WRITES));
}
