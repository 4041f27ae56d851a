import { Flex, Typography } from "antd";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";

/** Keys that do something wherever the focus is, unless somebody writes or chooses from a list. */
export function useKeys(keys: Record<string, () => unknown>): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const act = latest.current[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (!act || event.ctrlKey || event.metaKey || event.altKey || isBusy(event)) return;
      event.preventDefault();
      act();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
}

const WRITES =
  "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable], [role=combobox], [role=listbox], [role=dialog]";

function isBusy(event: KeyboardEvent): boolean {
  const target = event.target as Element | null;
  const presses = event.key === " " && target?.closest("button, a, video, input, [role=radiogroup], [role=switch]");
  return event.defaultPrevented || Boolean(presses || target?.closest?.(WRITES));
}

const KEYS = [
  ["J", "next"],
  ["K", "previous"],
  ["T", "true"],
  ["F", "false"],
  ["Space", "space"],
  ["/", "search"],
  ["Esc", "escape"],
  ["?", "help"],
] as const;

/** The keys of the room, and what they do. */
export function KeyList() {
  const { t } = useTranslation();
  return (
    <Flex vertical gap={8}>
      {KEYS.map(([key, what]) => (
        <Flex key={key} gap={16}>
          <span style={{ width: 64 }}>
            <Typography.Text keyboard>{key}</Typography.Text>
          </span>
          {t(`alarms.key.${what}`)}
        </Flex>
      ))}
    </Flex>
  );
}
