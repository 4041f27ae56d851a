import type { Schemas } from "../../api/client";

type Room = Schemas["CameraStorage"];

/** All that a camera takes. */
export const bytesTaken = (room: Room | undefined): number => (room ? room.picture_bytes + room.clip_bytes : 0);
