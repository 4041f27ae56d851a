import { useQuery } from "@tanstack/react-query";
import { api, data, type Schemas } from "../../api/client";

type Asked = Omit<Schemas["ProbeIn"], "look">;
type Probe = Schemas["ProbeOut"];

/** Look at a source once: its picture as soon as there is one, and after some seconds more of what it sends. */
export function useProbe(body: Asked, enabled = true) {
  const picture = useLook({ ...body, look: "picture" }, enabled);
  const longer = useLook({ ...body, look: "whole" }, enabled && picture.data?.more === true);
  const { isFetching, isError, error, refetch } = picture;
  return {
    ...{ isFetching, isError, error, refetch },
    data: picture.data && seenSoFar(picture.data, longer.data),
    /** There is a picture, and it goes on looking. */
    looksOn: !isFetching && longer.isFetching,
  };
}

/** What was seen by both looks: the first picture stays, somebody is looking at it. */
export const seenSoFar = (picture: Probe, longer: Probe | undefined): Probe =>
  longer ? { ...longer, picture: picture.picture } : picture;

const useLook = (body: Schemas["ProbeIn"], enabled: boolean) =>
  useQuery({
    queryKey: ["probe", body],
    queryFn: () => data(api.POST("/api/v1/cameras/probe", { body })),
    ...{ enabled, retry: false, staleTime: Number.POSITIVE_INFINITY, gcTime: 0 },
  });
