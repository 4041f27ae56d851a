import { useQuery } from "@tanstack/react-query";
import { api, data, type Schemas } from "../api/client";

export type Host = Schemas["HostOut"];
export type HostDetail = Schemas["HostDetail"];
export type Model = Schemas["ModelOnHost"];

const LIVE_MS = 5_000;

/** All hosts, as they are now. */
export const useHosts = () =>
  useQuery({
    queryKey: ["hosts"],
    queryFn: async () => (await data(api.GET("/api/v1/hosts"))).items,
    refetchInterval: LIVE_MS,
  });

/** One host, as it is now, with what runs on it. */
export const useHost = (host_id: string) =>
  useQuery({
    queryKey: ["host", host_id],
    queryFn: () => data(api.GET("/api/v1/hosts/{host_id}", { params: { path: { host_id } } })),
    refetchInterval: LIVE_MS,
  });

/** The models that a host has; none while it does not answer. */
export const useModels = (host_id: string) =>
  useQuery({
    queryKey: ["models", host_id],
    queryFn: async () =>
      (await data(api.GET("/api/v1/hosts/{host_id}/models", { params: { path: { host_id } } }))).items,
    staleTime: 60_000,
  });
