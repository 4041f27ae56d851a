import { useQuery } from "@tanstack/react-query";
import { api, data } from "../../../api/client";
import { everything } from "../../../parts/cameras/queries";

export const ACCOUNTS = ["accounts"];

/** All accounts; for administrators. */
export function useAccounts() {
  return useQuery({
    queryKey: ACCOUNTS,
    queryFn: () =>
      everything((after) => data(api.GET("/api/v1/accounts", { params: { query: { limit: 200, after } } }))),
  });
}
