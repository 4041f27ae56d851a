import { useQuery } from "@tanstack/react-query";
import { api, data } from "../api/client";
import { usePreferences } from "../app/preferences";
import { everything, useGroups, useTemplates } from "./cameras/queries";

export interface Choice {
  value: string;
  label: string;
}

/** What can be chosen from, by name: the cameras and groups that this person sees, and the kinds of alarms. */
export function useChoices(): { templates: Choice[]; cameras: Choice[]; groups: Choice[] } {
  const { language } = usePreferences();
  const templates = useTemplates();
  const cameras = useQuery({
    queryKey: ["cameras", "choices"],
    queryFn: () =>
      everything((after) => data(api.GET("/api/v1/cameras", { params: { query: { limit: 200, after } } }))),
  });
  const groups = useGroups();
  return {
    templates: templates.data?.map(({ name, title }) => ({ value: name, label: title[language] })) ?? [],
    cameras: named(cameras.data),
    groups: named(groups.data),
  };
}

const named = (items: { id: string; name: string }[] = []) => items.map(({ id, name }) => ({ value: id, label: name }));
