import { useQuery } from "@tanstack/react-query";
import { all } from "../../../api/all";
import { api } from "../../../api/client";

export const ACCOUNTS = ["accounts"];

/** All accounts; for administrators. */
export function useAccounts() {
  return useQuery({
    queryKey: ACCOUNTS,
    queryFn: () => all((after) => api.GET("/api/v1/accounts", { params: { query: { limit: 200, after } } })),
  });
}
