import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, data } from "../../api/client";

export const SPANS = [1, 6, 24, 168] as const;
export type Hours = (typeof SPANS)[number];

const MINUTE_MS = 60_000;
const LOG_MS = 2_000;

/** The load of the last hours, with the span that it was asked for. */
export const useLoad = (host_id: string, hours: Hours) =>
  useQuery({
    queryKey: ["load", host_id, hours],
    queryFn: async () => {
      const path = { host_id };
      const points = await data(api.GET("/api/v1/hosts/{host_id}/utilisation", { params: { path, query: { hours } } }));
      const now = Date.now();
      return { points, span: [now - hours * 60 * MINUTE_MS, now] as [number, number] };
    },
    refetchInterval: MINUTE_MS,
    placeholderData: keepPreviousData,
  });

/** The last lines of the log, again and again while somebody follows it. */
export const useLog = (host_id: string, lines: number, follow: boolean) =>
  useQuery({
    queryKey: ["log", host_id, lines],
    queryFn: async () =>
      (await data(api.GET("/api/v1/hosts/{host_id}/logs", { params: { path: { host_id }, query: { lines } } }))).lines,
    refetchInterval: follow ? LOG_MS : false,
    placeholderData: keepPreviousData,
    retry: false,
  });
