import { useQuery } from "@tanstack/react-query";
import { all } from "../../../api/all";
import { api } from "../../../api/client";

export const GROUPS = ["groups"];

/** The camera groups that this person sees. */
export function useGroups() {
  return useQuery({
    queryKey: GROUPS,
    queryFn: () => all((after) => api.GET("/api/v1/groups", { params: { query: { limit: 200, after } } })),
  });
}
