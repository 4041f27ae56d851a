import { useQuery } from "@tanstack/react-query";
import { api, data, type Schemas } from "../../../api/client";

export type Health = Schemas["PushHealth"];
export type Target = Schemas["PushTarget"];
export type Kind = Schemas["PushKindAnswer"];
export type Delivery = Schemas["PushDelivery"];
export type DeliveryState = Delivery["state"];

export const PUSHES = ["pushes"];
const LOOK_MS = 5_000;

/** How each target is now. */
export const useHealth = () =>
  useQuery({
    queryKey: [...PUSHES, "health"],
    queryFn: () => data(api.GET("/api/v1/pushes/health")),
    refetchInterval: LOOK_MS,
  });

/** All kinds of targets, with the schemas of their settings. */
export const useKinds = () =>
  useQuery({
    queryKey: ["push-kinds"],
    queryFn: () => data(api.GET("/api/v1/pushes/kinds")),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** A target with its settings, as it was when it was opened. */
export const useTarget = (id: string | undefined) =>
  useQuery({
    queryKey: [...PUSHES, "target", id],
    queryFn: () => readTarget(id ?? ""),
    enabled: id !== undefined,
    refetchOnWindowFocus: false,
  });

const readTarget = (id: string) => data(api.GET("/api/v1/pushes/{push_id}", { params: { path: { push_id: id } } }));

/** Pause or resume a target; all else of it stays, also what is secret. */
export async function enable(id: string, enabled: boolean): Promise<Target> {
  const { kind, name, language, settings, match } = await readTarget(id);
  const body = {
    kind,
    name,
    language: language === "zh" ? ("zh" as const) : ("en" as const),
    settings,
    match,
    enabled,
  };
  return data(api.PUT("/api/v1/pushes/{push_id}", { params: { path: { push_id: id } }, body }));
}
