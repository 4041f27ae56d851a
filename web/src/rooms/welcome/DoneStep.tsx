import { Alert, Button, Flex, Spin, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { usePreferences } from "../../app/preferences";
import { useSaid } from "../../parts/cameras/Condition";
import type { Task } from "../../parts/cameras/queries";
import { type Camera, useTasks } from "../../parts/cameras/queries";
import { taskDocument } from "../../parts/documents";
import { FeedItem } from "../../parts/feed/FeedItem";
import { useFeed } from "../../parts/feed/useFeed";
import { alarmUrl } from "../../parts/links";
import { LivePlayer } from "../../parts/live/LivePlayer";
import { Places } from "../../parts/live/Places";
import { placesOf } from "../../parts/live/places";
import styles from "./welcome.module.css";

/** It is watching: the live picture, and the first alarm when it comes. */
export function DoneStep({ camera, taskId }: { camera: Camera; taskId: string }) {
  const { t } = useTranslation();
  const tasks = useTasks(camera.id);
  const feed = useFeed();
  const task = tasks.data?.find(({ id }) => id === taskId) ?? tasks.data?.[0];
  const first = feed.data?.find((alarm) => alarm.camera_id === camera.id && alarm.template !== "camera");
  return (
    <>
      <Typography.Title level={2} style={{ fontSize: 18, marginTop: 0 }}>
        {t("welcome.done", { name: camera.name })}
      </Typography.Title>
      <div className={styles.doneStep}>
        <LivePlayer cameraId={camera.id} name={camera.name} boxes>
          <Places places={placesOf((tasks.data ?? []).map(taskDocument))} colour="#ffd666" />
        </LivePlayer>
        <div aria-live="polite">
          {first ? (
            <>
              <p>{t("welcome.arrived")}</p>
              <ol className={styles.plain}>
                <FeedItem alarm={first} />
              </ol>
              <Link to={alarmUrl(first.id)}>
                <Button type="primary" tabIndex={-1}>
                  {t("welcome.toAlarm")}
                </Button>
              </Link>
            </>
          ) : (
            <Progress task={task} film={/^(sample|upload):/.test(camera.url)} />
          )}
        </div>
      </div>
      <Flex gap={8} wrap style={{ marginTop: 24 }}>
        <Link to="/live">
          <Button tabIndex={-1}>{t("welcome.toWall")}</Button>
        </Link>
        <Link to="/cameras/new">
          <Button tabIndex={-1}>{t("welcome.another")}</Button>
        </Link>
      </Flex>
    </>
  );
}

const SLOW = 0.3;

/** What one waits for: the engine to begin, then somebody in the picture. */
function Progress({ task, film }: { task: Task | undefined; film: boolean }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const { condition = "connecting", reason = "", detail = "", age_s = null, skipped = 0 } = task?.status ?? {};
  const said = useSaid(condition, reason);
  if (["failed", "disabled", "offline"].includes(condition))
    return <Alert type="error" showIcon title={t("welcome.failed", { why: detail || said })} />;
  const share = new Intl.NumberFormat(language, { style: "percent" }).format(skipped);
  if (age_s != null)
    return (
      <>
        <p>{t(film ? "welcome.film" : "welcome.walk")}</p>
        {skipped > SLOW && <Alert type="warning" showIcon title={t("welcome.slow", { share })} />}
      </>
    );
  return (
    <Flex gap={12} align="center">
      <Spin size="small" />
      <span>{t("welcome.starting")}</span>
    </Flex>
  );
}
