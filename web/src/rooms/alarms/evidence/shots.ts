import type { Schemas } from "../../../api/client";

type Media = Schemas["AlarmMedia"];

/** What was recorded for one event of an alarm. */
export interface Shot {
  event_id: string;
  picture?: Media;
  clip?: Media;
}

/** What was recorded, event by event, the oldest first. */
export function shotsOf(media: Media[]): Shot[] {
  const shots = new Map<string, Shot>();
  for (const one of media) {
    if (one.kind !== "picture" && one.kind !== "clip") continue;
    const shot = shots.get(one.event_id) ?? { event_id: one.event_id };
    shots.set(one.event_id, { ...shot, [one.kind]: one });
  }
  return [...shots.values()];
}

/** The shot to show first: the one that the list shows. */
export function bestShot(
  shots: Shot[],
  picture: string | null | undefined,
  clip: string | null | undefined,
): Shot | undefined {
  const shows = (shot: Shot) => (clip && shot.clip?.id === clip) || (picture && shot.picture?.id === picture);
  return shots.find(shows) ?? shots.at(-1);
}

export const isThere = (media: Media | undefined): boolean => media?.state === "there";
export const urlOf = (media: Media): string => `/api/v1/media/${media.id}`;

/** Where the picture of a shot is; undefined if there is none. */
export function pictureOf({ picture }: Shot): string | undefined {
  return picture && isThere(picture) ? urlOf(picture) : undefined;
}
