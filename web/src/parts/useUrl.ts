import { useCallback } from "react";
import { useSearchParams } from "react-router";

type Change = Record<string, string | undefined>;

/** What the address says behind the `?`, and a way to change some of it; back goes back only where `push` is said. */
export function useUrl(): [URLSearchParams, (change: Change, push?: boolean) => void] {
  const [said, say] = useSearchParams();
  const change = useCallback(
    (some: Change, push = false) =>
      say(
        (now) => {
          const next = new URLSearchParams(now);
          for (const [key, value] of Object.entries(some))
            value === undefined ? next.delete(key) : next.set(key, value);
          return next;
        },
        { replace: !push },
      ),
    [say],
  );
  return [said, change];
}
