import { MutationCache, QueryCache, QueryClient, useQuery } from "@tanstack/react-query";
import { Refused } from "../api/client";

/** Who is logged in. */
export const ME = ["me"];
const AWAY = ["server-away"];
const FROM_A_PROXY = [502, 503, 504];

/** What asks the server. It also notices when the server stops to answer, and when a session is over. */
export function newClient(): QueryClient {
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({
      onError: (error) => notice(client, error),
      onSuccess: () => isBack(client),
    }),
    mutationCache: new MutationCache({ onError: (error) => notice(client, error) }),
    defaultOptions: {
      // A box without any network is asked as well: whether a browser believes to be online says nothing of it.
      queries: { retry: 1, staleTime: 5_000, networkMode: "always" },
      mutations: { networkMode: "always" },
    },
  });
  return client;
}

function notice(client: QueryClient, error: Error): void {
  if (isAway(error)) client.setQueryData(AWAY, true);
  else if (error instanceof Refused && error.status === 401 && client.getQueryData(ME)) {
    keepShown(client);
    void client.invalidateQueries({ queryKey: ME }); // whoever is no longer logged in sees the login
  }
}

/** What is shown stays known, however long nobody logs in again: a form that is half filled in stands on it. */
function keepShown(client: QueryClient): void {
  for (const query of client.getQueryCache().findAll({ type: "active" }))
    query.setOptions({ ...query.options, gcTime: Number.POSITIVE_INFINITY });
}

/** Nobody answered, or only a proxy before the server. */
export function isAway(error: Error): boolean {
  if (!(error instanceof Refused)) return true;
  return error.code === "unknown" && FROM_A_PROXY.includes(error.status);
}

/** After a break everything that is shown is asked for anew. */
function isBack(client: QueryClient): void {
  if (!client.getQueryData(AWAY)) return;
  client.setQueryData(AWAY, false);
  void client.invalidateQueries();
}

/** Whether the server does not answer just now. */
export function useAway(): boolean {
  const { data } = useQuery({
    queryKey: AWAY,
    queryFn: () => false,
    enabled: false,
    initialData: false,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
  });
  return data;
}
