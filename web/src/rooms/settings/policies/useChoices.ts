import { useQuery } from "@tanstack/react-query";
import { all } from "../../../api/all";
import { api, data } from "../../../api/client";
import { usePreferences } from "../../../app/preferences";
import { useGroups } from "../people/useGroups";

interface Choice {
  value: string;
  label: string;
}

/** What a policy can be about, by name. */
export function useChoices(): { templates: Choice[]; cameras: Choice[]; groups: Choice[] } {
  const { language } = usePreferences();
  const templates = useQuery({ queryKey: ["templates"], queryFn: () => data(api.GET("/api/v1/templates")) });
  const cameras = useQuery({
    queryKey: ["cameras", "all"],
    queryFn: () => all((after) => api.GET("/api/v1/cameras", { params: { query: { limit: 200, after } } })),
  });
  const groups = useGroups();
  const named = (items: { id: string; name: string }[] = []) => items.map(({ id, name }) => ({ value: id, label: name }));
  return {
    templates: templates.data?.items.map(({ name, title }) => ({ value: name, label: title[language] })) ?? [],
    cameras: named(cameras.data),
    groups: named(groups.data),
  };
}
