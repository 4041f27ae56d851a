export const SIZES = [1, 4, 9, 16] as const;

/** What each tile of a wall shows: a camera, or nothing. */
export type Slots = (string | undefined)[];

/** The smallest wall on which so many cameras have room. */
export const sizeFor = (cameras: number): number => SIZES.find((size) => size >= cameras) ?? 16;

/** Read how large the wall is; what is no size of a wall is as good as nothing. */
export function sizeOf(said: string | null, cameras: number): number {
  const size = Number(said);
  return SIZES.some((one) => one === size) ? size : sizeFor(cameras);
}

/** Read which tile shows what; where nothing is said, the first cameras. Cameras that are gone leave a tile empty. */
export function slotsOf(said: string | null, cameras: string[], size: number): Slots {
  const wanted: (string | undefined)[] = said === null ? cameras : said.split(",");
  const known = new Set(cameras);
  return Array.from({ length: size }, (_, at) => {
    const id = wanted[at];
    return id && known.has(id) && wanted.indexOf(id) === at ? id : undefined;
  });
}

/** Write it for the address. */
export const written = (slots: Slots): string => slots.map((id) => id ?? "").join(",");

/** Put a camera into a tile; where it is on the wall already, the two tiles change places. */
export function put(slots: Slots, camera: string, at: number): Slots {
  const from = slots.indexOf(camera);
  return slots.map((id, index) => (index === at ? camera : index === from ? slots[at] : id));
}

/** Put a camera into the first empty tile, or into the last one. */
export function add(slots: Slots, camera: string): Slots {
  const empty = slots.indexOf(undefined);
  return put(slots, camera, empty < 0 ? slots.length - 1 : empty);
}

/** Take a camera off the wall. */
export const taken = (slots: Slots, camera: string): Slots => slots.map((id) => (id === camera ? undefined : id));
