import type { Schemas } from "../../../api/client";

type Group = Schemas["Group"];

/** A group with those below it, as trees want it. */
export interface Branch {
  key: string;
  value: string;
  title: string;
  children: Branch[];
}

/** Grow the tree of groups; by name, and one whose parent is not there stands at the top. */
export function treeOf(groups: Group[]): Branch[] {
  const branches = new Map(
    groups.map(({ id, name }) => [id, { key: id, value: id, title: name, children: [] as Branch[] }]),
  );
  const top: Branch[] = [];
  for (const { id, parent_id } of [...groups].sort((one, other) => one.name.localeCompare(other.name))) {
    const branch = branches.get(id);
    const above = parent_id ? branches.get(parent_id) : undefined;
    if (branch) (above?.children ?? top).push(branch);
  }
  return top;
}
