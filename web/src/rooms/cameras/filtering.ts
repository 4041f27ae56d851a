import type { Schemas } from "../../api/client";
import type { Camera } from "../../parts/cameras/queries";

type Group = Pick<Schemas["Group"], "id" | "parent_id">;

/** Which cameras are shown: by words in name or place, by condition, by group with all groups below it. */
export function filtered(cameras: Camera[], said: URLSearchParams, groups: Group[]): Camera[] {
  const words = (said.get("text") ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  const [condition, group] = [said.get("condition"), said.get("group")];
  const within = group ? below(group, groups) : undefined;
  return cameras.filter((camera) => {
    const text = `${camera.name} ${camera.place}`.toLowerCase();
    return (
      words.every((word) => text.includes(word)) &&
      (!condition || camera.condition === condition) &&
      (!within || within.has(camera.group_id ?? ""))
    );
  });
}

/** A group and all that are below it, however deep. */
function below(group: string, groups: Group[]): Set<string> {
  const found = new Set([group]);
  for (const one of found) for (const { id, parent_id } of groups) if (parent_id === one) found.add(id);
  return found;
}
