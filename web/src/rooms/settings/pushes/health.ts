import type { Health } from "./data";

export type State = "well" | "failing" | "paused" | "new";

/** How a target is, in one word. */
export function stateOf({
  enabled,
  failing_since,
  last_ok_at,
}: Pick<Health, "enabled" | "failing_since" | "last_ok_at">): State {
  if (!enabled) return "paused";
  if (failing_since) return "failing";
  return last_ok_at ? "well" : "new";
}
