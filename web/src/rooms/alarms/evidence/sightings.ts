import type { Schemas } from "../../../api/client";

type AlarmEvent = Pick<Schemas["AlarmEvent"], "id" | "document">;
type Told = Partial<Schemas["HostEvent"]>;
type ToldObject = Partial<Schemas["EventObject"]> | null;
/** Left, top, right, bottom in px of the frame. */
export type PxBox = Schemas["EventObject"]["xyxy_px"];

export interface Sighting {
  track_id: number;
  class_name: string;
  confidence: number;
  box: PxBox;
  /** What models read of it, such as `helmet: no`. */
  says?: string[];
}

/** What an event saw, and when on the clock of its stream. */
export interface Seen {
  event_id: string;
  pts_s: number;
  objects: Sighting[];
}

const NEAR_S = 0.6;
const JOINED_S = 3;

/** Read what the events of an alarm saw; whatever cannot be drawn is left out. */
export function seenIn(events: AlarmEvent[]): Seen[] {
  return events.flatMap(({ id, document }) => {
    const { pts_s, objects: told }: Told = document; // as its host said it: any of it may be anything
    if (typeof pts_s !== "number" || !Array.isArray(told)) return [];
    const objects = told.flatMap(sightingOf);
    return objects.length ? [{ event_id: id, pts_s, objects }] : [];
  });
}

function sightingOf(one: ToldObject): Sighting[] {
  const box = one?.xyxy_px;
  if (!Array.isArray(box) || box.length !== 4 || !box.every((value) => typeof value === "number")) return [];
  const { track_id, class_name, confidence, attributes } = one ?? {};
  return [
    {
      track_id: typeof track_id === "number" ? track_id : 0,
      class_name: typeof class_name === "string" ? class_name : "",
      confidence: typeof confidence === "number" ? confidence : 0,
      box,
      says: saysOf(attributes),
    },
  ];
}

function saysOf(attributes: (Partial<Schemas["EventAttribute"]> | null)[] | undefined): string[] {
  const listed = Array.isArray(attributes) ? attributes : [];
  return listed.flatMap((one) => (typeof one?.name === "string" ? [`${one.name}: ${String(one.value)}`] : []));
}

/** The boxes to draw at a moment: of events close to it, and of objects on their way between two events. */
export function boxesAt(seen: Seen[], pts_s: number): Sighting[] {
  const found = new Map<number, Sighting>();
  for (const [track, sightings] of byTrack(seen)) {
    const box = boxAt(sightings, pts_s);
    if (box) found.set(track, box);
  }
  return [...found.values()];
}

type Timed = Sighting & { pts_s: number };

function byTrack(seen: Seen[]): Map<number, Timed[]> {
  const tracks = new Map<number, Timed[]>();
  for (const { pts_s, objects } of [...seen].sort((one, other) => one.pts_s - other.pts_s))
    for (const one of objects) tracks.set(one.track_id, [...(tracks.get(one.track_id) ?? []), { ...one, pts_s }]);
  return tracks;
}

function boxAt(sightings: Timed[], pts_s: number): Sighting | undefined {
  const before = sightings.filter((one) => one.pts_s <= pts_s).at(-1);
  const after = sightings.find((one) => one.pts_s > pts_s);
  if (before && after && after.pts_s - before.pts_s <= JOINED_S) {
    const share = (pts_s - before.pts_s) / (after.pts_s - before.pts_s);
    return {
      ...before,
      box: before.box.map((value, at) => value + share * ((after.box[at] ?? value) - value)) as PxBox,
    };
  }
  const gap = (one: Timed | undefined) => (one ? Math.abs(one.pts_s - pts_s) : Number.POSITIVE_INFINITY);
  const near = gap(before) <= gap(after) ? before : after;
  return near && gap(near) <= NEAR_S ? near : undefined;
}

/** The way of each object: where its feet were at each event, in px of the frame. */
export function pathsOf(seen: Seen[]): { track_id: number; class_name: string; points: [number, number][] }[] {
  return [...byTrack(seen)].map(([track_id, sightings]) => ({
    track_id,
    class_name: sightings[0]?.class_name ?? "",
    points: sightings.map(({ box: [left, , right, bottom] }) => [(left + right) / 2, bottom]),
  }));
}

/** Read from the bytes of a clip at which second of it its event happened: the engine notes it there. */
export function momentIn(bytes: Uint8Array): number | undefined {
  const text = new TextDecoder("latin1").decode(bytes);
  const found = /event [0-9A-Z]{26} at (\d{1,4}\.\d{2}) s/.exec(text);
  return found ? Number(found[1]) : undefined;
}

const PIECE_BYTES = 65_536;

/** Find the moment of the event in a clip, which is noted at its begin or end; the rest of it is not fetched. */
export async function momentOfClip(url: string): Promise<number | null> {
  for (const range of [`bytes=0-${PIECE_BYTES - 1}`, `bytes=-${PIECE_BYTES}`]) {
    const answer = await fetch(url, { headers: { Range: range }, credentials: "same-origin", cache: "no-store" });
    if (answer.status !== 206) return null;
    const moment = momentIn(new Uint8Array(await answer.arrayBuffer()));
    if (moment !== undefined) return moment;
  }
  return null;
}
