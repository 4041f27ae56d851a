import { AlertOutlined } from "@ant-design/icons";
import { useEffect, useState } from "react";
import { useAway } from "../app/asking";

/** A kept picture, small; a sign where there is none, or while the server does not give it. */
export function MediaPicture({ id }: { id?: string | null }) {
  const away = useAway();
  const [failed, fail] = useState(false);
  useEffect(() => {
    if (!away) fail(false); // what could not be fetched in a break is asked for again
  }, [away]);
  if (!id || failed) return <AlertOutlined aria-hidden />;
  return <img src={`/api/v1/media/${id}`} alt="" loading="lazy" decoding="async" onError={() => fail(true)} />;
}
