import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import styles from "./live.module.css";

const EVERY_MS = 2000;

interface Props {
  cameraId: string;
  name: string;
  onAspect: (aspect: number) => void;
}

/** Still pictures of a camera, one every two seconds, for what a browser cannot play. */
export function Stills({ cameraId, name, onAspect }: Props) {
  const { t } = useTranslation();
  const [shown, setShown] = useState<string>();
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let ended = false;
    const next = () => {
      const picture = new Image();
      const came = (well: boolean) => {
        if (ended) return;
        setFailed(!well);
        if (well) {
          setShown(picture.src);
          onAspect(picture.naturalWidth / picture.naturalHeight);
        }
        timer = setTimeout(next, EVERY_MS);
      };
      picture.onload = () => came(true);
      picture.onerror = () => came(false);
      picture.src = `/api/v1/cameras/${cameraId}/snapshot?at=${Date.now()}`;
    };
    next();
    return () => {
      ended = true;
      clearTimeout(timer);
    };
  }, [cameraId, onAspect]);
  return (
    <>
      {shown && <img className={styles.picture} src={shown} alt={name} />}
      {!shown && <output className={styles.state}>{t(failed ? "player.gone" : "player.connecting")}</output>}
      <span className={styles.note} title={t("player.stillsWhy")}>
        {t("player.stills")}
      </span>
    </>
  );
}
