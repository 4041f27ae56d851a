import { CloseOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useSaid } from "../../parts/cameras/Condition";
import { shownTask } from "../../parts/cameras/camera";
import { draggedCamera, droppedCamera } from "../../parts/cameras/dragging";
import type { Camera, Task } from "../../parts/cameras/queries";
import { taskDocument } from "../../parts/documents";
import { LivePlayer } from "../../parts/live/LivePlayer";
import { Places } from "../../parts/live/Places";
import { placesOf } from "../../parts/live/places";
import styles from "./live.module.css";

interface Props {
  camera: Camera;
  /** Undefined: not known yet. */
  tasks: Task[] | undefined;
  boxes: boolean;
  zones: boolean;
  alarmed: boolean;
  onDrop: (camera: string) => void;
  onRemove: () => void;
}

/** A camera on the wall; a click leads to its page. */
export function Tile({ camera, tasks: known, boxes, zones, alarmed, onDrop, onRemove }: Props) {
  const { t } = useTranslation();
  const said = useSaid(camera.condition, camera.reason);
  const tasks = known ?? [];
  const runs = tasks.some((task) => task.runs_now);
  const dark = DARK.includes(camera.condition);
  return (
    <article
      className={alarmed ? `${styles.tile} ${styles.alarmed}` : styles.tile}
      aria-label={alarmed ? t("live.alarmed", { name: camera.name }) : camera.name}
      {...draggedCamera(camera.id)}
      {...droppedCamera(onDrop)}
    >
      {runs && !dark ? (
        <LivePlayer cameraId={camera.id} name={camera.name} boxes={boxes}>
          {zones && <Places places={placesOf(tasks.map(taskDocument))} colour="#ffd666" />}
        </LivePlayer>
      ) : (
        <div className={styles.resting}>
          {runs ? said : known && t(tasks.length ? "live.resting" : "live.watchesNothing")}
        </div>
      )}
      <Link className={styles.cover} to={`/cameras/${camera.id}`} aria-label={t("live.open", { name: camera.name })} />
      <Caption camera={camera} task={shownTask(tasks)} said={runs && !dark ? said : ""} />
      <Button
        className={styles.remove}
        size="small"
        icon={<CloseOutlined />}
        aria-label={t("live.remove", { name: camera.name })}
        onClick={onRemove}
      />
    </article>
  );
}

/** Conditions in which no picture can come. */
const DARK = ["offline", "failed", "disabled"];

function Caption({ camera, task, said }: { camera: Camera; task: Task | undefined; said: string }) {
  return (
    <div className={styles.caption}>
      <strong className={styles.cameraName}>{camera.name}</strong>
      {camera.condition === "online" && task ? <Figures task={task} /> : <span>{said}</span>}
    </div>
  );
}

/** How old what one sees is, how fast it is looked at, and what was left out. */
function Figures({ task: { status } }: { task: Task }) {
  const { t } = useTranslation();
  const skipped = Math.round(status.skipped * 100);
  return (
    <span className={styles.figures}>
      {status.age_s != null && <span>{t("live.age", { seconds: status.age_s.toFixed(1) })}</span>}
      {skipped > 0 && <span className={styles.bad}>{t("live.skipped", { share: skipped })}</span>}
      <span>{t("live.fps", { fps: status.analysed_fps.toFixed(status.analysed_fps < 9.95 ? 1 : 0) })}</span>
    </span>
  );
}
