import { usePreferences } from "../app/preferences";
import { useCameras, useGroups, useTemplates } from "./cameras/queries";

export interface Choice {
  value: string;
  label: string;
}

/** What can be chosen from, by name: the cameras and groups that this person sees, and the kinds of alarms. */
export function useChoices(): { templates: Choice[]; cameras: Choice[]; groups: Choice[] } {
  const { language } = usePreferences();
  const templates = useTemplates();
  const cameras = useCameras(false);
  const groups = useGroups();
  return {
    templates: templates.data?.map(({ name, title }) => ({ value: name, label: title[language] })) ?? [],
    cameras: named(cameras.data),
    groups: named(groups.data),
  };
}

const named = (items: { id: string; name: string }[] = []) => items.map(({ id, name }) => ({ value: id, label: name }));
