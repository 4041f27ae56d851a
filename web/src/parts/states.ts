import { useQuery } from "@tanstack/react-query";
import { api, data, type Schemas } from "../api/client";

export type TaughtPlace = Schemas["TaughtPlace"];

/** So many examples each state needs before a model is trained. */
export const LEAST_EXAMPLES = 10;

export const statesKey = (host_id: string) => ["states", host_id];

/** The places whose states a host was taught; not asked for where nobody names one. */
export const useTaughtPlaces = (host_id: string, wanted = true) =>
  useQuery({
    queryKey: statesKey(host_id),
    queryFn: async () =>
      (await data(api.GET("/api/v1/hosts/{host_id}/states", { params: { path: { host_id } } }))).items as TaughtPlace[], // openapi-fetch makes pairs of numbers lists of them
    enabled: wanted,
    staleTime: 30_000,
  });
