import { useQuery } from "@tanstack/react-query";
import { isThere, type Shot, urlOf } from "./shots";
import { momentOfClip } from "./sightings";

/** At which second of its clip an event happened; undefined where nobody says so. */
export function useMoment(shot: Shot | undefined): number | undefined {
  const clip = isThere(shot?.clip) ? shot?.clip : undefined;
  const moment = useQuery({
    queryKey: ["moment", clip?.id],
    queryFn: () => momentOfClip(clip ? urlOf(clip) : ""),
    enabled: clip !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return moment.data ?? undefined;
}
