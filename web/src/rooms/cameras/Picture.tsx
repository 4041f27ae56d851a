import { CameraOutlined } from "@ant-design/icons";
import { Button, Flex } from "antd";
import { useTranslation } from "react-i18next";
import { shownTask } from "../../parts/cameras/camera";
import type { Camera, Task } from "../../parts/cameras/queries";
import { taskDocument } from "../../parts/documents";
import { LivePlayer } from "../../parts/live/LivePlayer";
import { Places } from "../../parts/live/Places";
import { placesOf } from "../../parts/live/places";
import { OnOff } from "../../parts/OnOff";
import { useUrl } from "../../parts/useUrl";
import styles from "./cameras.module.css";
import { PlayerLink } from "./PlayerLink";

/** The live picture, with what is found in it and where it is looked for. */
export function Picture({ camera, tasks: known }: { camera: Camera; tasks: Task[] | undefined }) {
  const { t } = useTranslation();
  const [said, say] = useUrl();
  const [boxes, zones] = [said.get("boxes") !== "off", said.get("zones") !== "off"];
  const tasks = known ?? []; // before one knows, nothing is said of them
  const runs = tasks.some((task) => task.runs_now);
  const status = shownTask(tasks)?.status;
  return (
    <section aria-label={t("cameras.picture")}>
      {runs ? (
        <LivePlayer cameraId={camera.id} name={camera.name} boxes={boxes}>
          {zones && <Places places={placesOf(tasks.map(taskDocument))} colour="#ffd666" />}
        </LivePlayer>
      ) : (
        <div className={styles.resting}>{known && t(tasks.length ? "live.resting" : "cameras.noTaskNoPicture")}</div>
      )}
      <Flex gap={16} align="center" wrap style={{ marginTop: 8 }}>
        <OnOff label={t("live.boxes")} on={boxes} onChange={(on) => say({ boxes: on ? undefined : "off" })} />
        <OnOff label={t("live.zones")} on={zones} onChange={(on) => say({ zones: on ? undefined : "off" })} />
        {runs && (
          <Button
            size="small"
            icon={<CameraOutlined />}
            href={`/api/v1/cameras/${camera.id}/snapshot`}
            download={`${camera.name}.jpg`}
          >
            {t("cameras.snapshot")}
          </Button>
        )}
        {runs && <PlayerLink cameraId={camera.id} />}
        {runs && status?.age_s != null && (
          <span>
            {[
              t("live.age", { seconds: status.age_s.toFixed(1) }),
              t("live.fps", { fps: status.analysed_fps.toFixed(1) }),
              status.skipped > 0.005 ? t("live.skipped", { share: Math.round(status.skipped * 100) }) : "",
            ]
              .filter(Boolean)
              .join(" · ")}
          </span>
        )}
      </Flex>
    </section>
  );
}
