import { useTranslation } from "react-i18next";
import { bytesOf } from "../../parts/bytes";
import { useRoomOfCameras } from "../../parts/cameras/queries";
import { bytesTaken } from "../../parts/cameras/room";

/** What the pictures and clips of a camera take; nothing is said as long as nobody has counted. */
export function Taken({ cameraId, whole = false }: { cameraId: string; whole?: boolean }) {
  const { t } = useTranslation();
  const room = useRoomOfCameras().data?.get(cameraId);
  if (!room) return whole ? t("cameras.notKnown") : null;
  const all = bytesOf(bytesTaken(room));
  if (!whole) return all;
  return t("cameras.taken", { all, pictures: bytesOf(room.picture_bytes), clips: bytesOf(room.clip_bytes) });
}
