import { Grid } from "antd";
import { useTranslation } from "react-i18next";
import { droppedCamera } from "../../parts/cameras/dragging";
import type { Camera, Task } from "../../parts/cameras/queries";
import type { Alarm } from "../../parts/feed/useFeed";
import { alarmed } from "../../parts/feed/useFeed";
import styles from "./live.module.css";
import { Tile } from "./Tile";
import { put, type Slots, taken } from "./wall";

interface Props {
  cameras: Camera[];
  /** Undefined: not known yet. */
  tasks: Task[] | undefined;
  alarms: Alarm[];
  size: number;
  slots: Slots;
  boxes: boolean;
  zones: boolean;
  onChange: (slots: Slots) => void;
}

/** The tiles. Cameras are dragged into them, from the list or from another tile. */
export function Wall({ cameras, tasks, alarms, size, slots, boxes, zones, onChange }: Props) {
  const { t } = useTranslation();
  const wide = Grid.useBreakpoint().md ?? true;
  const columns = Math.min(Math.sqrt(size), wide ? 4 : 2);
  const known = new Map(cameras.map((camera) => [camera.id, camera]));
  const lasting = alarmed(alarms);
  const firstEmpty = slots.findIndex((id) => !id || !known.has(id));
  return (
    <section
      className={styles.wall}
      style={{ "--columns": columns, "--rows": size / columns } as React.CSSProperties}
      aria-label={t("live.wall")}
    >
      {Object.entries(slots).map(([at, id]) => {
        const camera = id ? known.get(id) : undefined;
        const drop = (dragged: string) => onChange(put(slots, dragged, Number(at)));
        if (!camera) return wide && <Empty key={`empty ${at}`} first={Number(at) === firstEmpty} onDrop={drop} />;
        const mine = tasks?.filter((task) => task.camera_id === camera.id);
        return (
          <Tile
            key={camera.id}
            {...{ camera, boxes, zones }}
            tasks={mine}
            alarmed={lasting.has(camera.id)}
            onDrop={drop}
            onRemove={() => onChange(taken(slots, camera.id))}
          />
        );
      })}
    </section>
  );
}

/** A place for a camera; that it is one is said once. */
function Empty({ first, onDrop }: { first: boolean; onDrop: (camera: string) => void }) {
  const { t } = useTranslation();
  return (
    <div className={styles.empty} {...droppedCamera(onDrop)}>
      {first && t("live.dropHere")}
    </div>
  );
}
