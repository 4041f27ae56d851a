import type { Camera } from "../../parts/cameras/queries";

/** Which cameras are shown: by words in name or place, by condition, by group. */
export function filtered(cameras: Camera[], said: URLSearchParams): Camera[] {
  const words = (said.get("text") ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  const [condition, group] = [said.get("condition"), said.get("group")];
  return cameras.filter((camera) => {
    const text = `${camera.name} ${camera.place}`.toLowerCase();
    return (
      words.every((word) => text.includes(word)) &&
      (!condition || camera.condition === condition) &&
      (!group || camera.group_id === group)
    );
  });
}
