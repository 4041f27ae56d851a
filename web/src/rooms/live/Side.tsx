import { AppstoreAddOutlined, AppstoreOutlined } from "@ant-design/icons";
import { Button, Flex, Input, Segmented, theme } from "antd";
import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { Condition } from "../../parts/cameras/Condition";
import { draggedCamera } from "../../parts/cameras/dragging";
import type { Camera } from "../../parts/cameras/queries";
import type { useFeed } from "../../parts/feed/useFeed";
import { useUrl } from "../../parts/useUrl";
import { Feed } from "./Feed";
import styles from "./live.module.css";
import { add, type Slots, taken } from "./wall";

interface Props {
  cameras: Camera[];
  slots: Slots;
  feed: ReturnType<typeof useFeed>;
  onChange: (slots: Slots) => void;
}

/** Beside the wall: the last alarms, or the cameras to put on it. */
export function Side({ cameras, slots, feed, onChange }: Props) {
  const { t } = useTranslation();
  const { token } = theme.useToken();
  const [said, say] = useUrl();
  const shown = said.get("side") === "cameras" ? "cameras" : "alarms";
  return (
    <aside className={styles.side} style={{ background: token.colorBgContainer }} aria-label={t(`rooms.${shown}`)}>
      <Segmented
        block
        options={[
          { value: "alarms", label: t("live.lastAlarms") },
          { value: "cameras", label: t("rooms.cameras") },
        ]}
        value={shown}
        onChange={(side) => say({ side: side === "alarms" ? undefined : side })}
      />
      <div className={styles.scroll}>
        {shown === "alarms" ? <Feed feed={feed} /> : <Choice {...{ cameras, slots, onChange }} />}
      </div>
    </aside>
  );
}

/** The cameras as a plain list: dragged onto the wall, or put there by a button. */
function Choice({ cameras, slots, onChange }: Omit<Props, "feed">) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const wanted = useDeferredValue(text.trim().toLowerCase());
  const found = cameras.filter(({ name, place }) => `${name} ${place}`.toLowerCase().includes(wanted));
  return (
    <>
      {cameras.length > 8 && (
        <Input
          type="search"
          allowClear
          value={text}
          onChange={({ target }) => setText(target.value)}
          placeholder={t("live.find")}
          aria-label={t("live.find")}
        />
      )}
      <ul className={styles.plain}>
        {found.map((camera) => {
          const on = slots.includes(camera.id);
          return (
            <li key={camera.id} className={styles.choice} {...draggedCamera(camera.id)}>
              <Flex vertical style={{ minWidth: 0 }}>
                <span className={styles.cameraName}>{camera.name}</span>
                <Condition {...camera} />
              </Flex>
              <Button
                type={on ? "primary" : "default"}
                ghost={on}
                icon={on ? <AppstoreOutlined /> : <AppstoreAddOutlined />}
                aria-pressed={on}
                aria-label={t(on ? "live.remove" : "live.add", { name: camera.name })}
                onClick={() => onChange(on ? taken(slots, camera.id) : add(slots, camera.id))}
              />
            </li>
          );
        })}
      </ul>
    </>
  );
}
