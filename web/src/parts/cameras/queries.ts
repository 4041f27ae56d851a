import { useQuery } from "@tanstack/react-query";
import { api, data, type Schemas } from "../../api/client";

export type Camera = Schemas["CameraOut"];
export type Task = Schemas["TaskOut"];
export type Template = Schemas["FittedTemplate"];

const LIVE_MS = 3_000;
const MOST_PAGES = 40;

/** Fetch a long list to its end, page by page. */
export async function everything<T>(
  page: (after: string | undefined) => Promise<{ items: T[]; next?: string | null }>,
): Promise<T[]> {
  const found: T[] = [];
  let after: string | undefined;
  for (let fetched = 0; fetched < MOST_PAGES; fetched++) {
    const { items, next } = await page(after);
    found.push(...items);
    if (!next) break;
    after = next;
  }
  return found;
}

/** All cameras that one sees; asked for again and again where one wants to see how they are now. */
export const useCameras = (live = true) =>
  useQuery({
    queryKey: ["cameras"],
    queryFn: () =>
      everything((after) => data(api.GET("/api/v1/cameras", { params: { query: { limit: 500, after } } }))),
    refetchInterval: live && LIVE_MS,
  });

/** One camera, as it is now. */
export const useCamera = (id: string) =>
  useQuery({
    queryKey: ["cameras", id],
    queryFn: () => data(api.GET("/api/v1/cameras/{camera_id}", { params: { path: { camera_id: id } } })),
    refetchInterval: LIVE_MS,
  });

/** All tasks that one sees, or those of a camera, with how they are. */
export const useTasks = (camera?: string) =>
  useQuery({
    queryKey: ["tasks", camera ?? ""],
    queryFn: () =>
      everything((after) => data(api.GET("/api/v1/tasks", { params: { query: { camera, limit: 500, after } } }))),
    refetchInterval: LIVE_MS,
  });

/** The alarm templates, and whether the models of a host do for each: of that one, else of the first. */
export const useTemplates = (host_id?: string) =>
  useQuery({
    queryKey: ["templates", host_id ?? ""],
    queryFn: async () => (await data(api.GET("/api/v1/templates", { params: { query: { host_id } } }))).items,
    staleTime: 60_000,
  });

/** The camera groups that one sees. */
export const useGroups = () =>
  useQuery({
    queryKey: ["groups"],
    queryFn: () => everything((after) => data(api.GET("/api/v1/groups", { params: { query: { limit: 500, after } } }))),
    staleTime: 60_000,
  });

/** How a camera was over the last hours. */
export const useHistory = (id: string, hours: number) =>
  useQuery({
    queryKey: ["history", id, hours],
    queryFn: () =>
      data(api.GET("/api/v1/cameras/{camera_id}/history", { params: { path: { camera_id: id }, query: { hours } } })),
    staleTime: 60_000,
    refetchInterval: 60_000,
  });

/** What the pictures and clips of each camera take, by its id; empty as long as nobody has counted. */
export const useRoomOfCameras = () =>
  useQuery({
    queryKey: ["storage", "cameras"],
    queryFn: () => data(api.GET("/api/v1/storage/cameras")),
    select: (all) => new Map(all.map((one) => [one.camera_id, one])),
    staleTime: 60_000,
    refetchInterval: 60_000,
  });
