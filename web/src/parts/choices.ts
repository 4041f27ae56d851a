import { useQuery } from "@tanstack/react-query";
import { all } from "../api/all";
import { api, data } from "../api/client";
import { usePreferences } from "../app/preferences";

export interface Choice {
  value: string;
  label: string;
}

export const GROUPS = ["groups"];

/** The camera groups that this person sees. */
export function useGroups() {
  return useQuery({
    queryKey: GROUPS,
    queryFn: () => all((after) => api.GET("/api/v1/groups", { params: { query: { limit: 200, after } } })),
  });
}

/** What can be chosen from, by name: the cameras and groups that this person sees, and the kinds of alarms. */
export function useChoices(): { templates: Choice[]; cameras: Choice[]; groups: Choice[] } {
  const { language } = usePreferences();
  const templates = useQuery({ queryKey: ["templates"], queryFn: () => data(api.GET("/api/v1/templates")) });
  const cameras = useQuery({
    queryKey: ["cameras", "choices"],
    queryFn: () => all((after) => api.GET("/api/v1/cameras", { params: { query: { limit: 200, after } } })),
  });
  const groups = useGroups();
  return {
    templates: templates.data?.items.map(({ name, title }) => ({ value: name, label: title[language] })) ?? [],
    cameras: named(cameras.data),
    groups: named(groups.data),
  };
}

const named = (items: { id: string; name: string }[] = []) => items.map(({ id, name }) => ({ value: id, label: name }));
