import { theme } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { usePreferences } from "../../app/preferences";
import { severityColour } from "../../app/theme";
import { alarmUrl } from "../links";
import { MediaPicture } from "../MediaPicture";
import { useWhen } from "../moments";
import styles from "./feed.module.css";
import { nameOf } from "./name";
import type { Alarm } from "./useFeed";

/** One alarm: its picture, what and where, when, and whether it lasts. */
export function FeedItem({ alarm }: { alarm: Alarm }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const { token } = theme.useToken();
  const when = useWhen();
  const name = nameOf(alarm, language);
  const colour = severityColour[alarm.severity];
  return (
    <li className={styles.feedItem} style={{ borderColor: colour }}>
      <Link className={styles.feedLink} to={alarmUrl(alarm.id)}>
        <span className={styles.thumb}>
          <MediaPicture id={alarm.picture} />
        </span>
        <span className={styles.feedText}>
          <strong>{name}</strong>
          <span className={styles.cameraName}>{[alarm.camera_name, alarm.zone].filter(Boolean).join(" · ")}</span>
          <span className={styles.small}>
            {when(alarm.began_at)} · {t(`severity.${alarm.severity}`)}
            {alarm.count > 1 && ` · ×${alarm.count}`}
            {alarm.ended_at === null && <span style={{ color: token.colorError }}> · {t("live.lasts")}</span>}
          </span>
        </span>
      </Link>
    </li>
  );
}
