import { useEffect, useState } from "react";

/** A glance at another tab ends nothing. */
export const GLANCE_MS = 10_000;

/** Whether somebody looks at this tab, or did a moment ago. */
export function useLookedAt(): boolean {
  const [lookedAt, setLookedAt] = useState(!document.hidden);
  useEffect(() => watchTab(document, setLookedAt), []);
  return lookedAt;
}

/** Tell when a tab comes back, at once, and when it has been hidden for a while; call what it returns to end it. */
export function watchTab(tab: Document, tell: (lookedAt: boolean) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const change = () => {
    clearTimeout(timer);
    if (tab.hidden) timer = setTimeout(() => tell(false), GLANCE_MS);
    else tell(true);
  };
  change();
  tab.addEventListener("visibilitychange", change);
  return () => {
    clearTimeout(timer);
    tab.removeEventListener("visibilitychange", change);
  };
}
