import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Badge, Button, Card } from "antd";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { api, data, type Schemas } from "../../api/client";
import { toneOf, useSaid } from "../../parts/cameras/Condition";
import { bodyOf } from "../../parts/cameras/camera";
import { draggedCamera, droppedCamera } from "../../parts/cameras/dragging";
import type { Camera } from "../../parts/cameras/queries";
import { useComplaint } from "../../parts/complaint";
import styles from "./cameras.module.css";
import { moved, type Spot, spotAt } from "./placing";

interface Props {
  map: Schemas["SiteMapOut"];
  cameras: Camera[];
  movable: boolean;
}

/** One map with its cameras; they are dragged to their places, or moved with the arrow keys. */
export function MapBoard({ map, cameras, movable }: Props) {
  const { t } = useTranslation();
  const board = useRef<HTMLDivElement>(null);
  const place = usePlace(map.id);
  const byId = (id: string) => cameras.find((camera) => camera.id === id);
  const drop = (id: string, event: React.DragEvent) => {
    const [camera, frame] = [byId(id), board.current?.getBoundingClientRect()];
    if (camera && frame) place.mutate({ camera, spot: spotAt(event, frame) });
  };
  const elsewhere = cameras.filter((camera) => camera.site_map_id !== map.id);
  return (
    <div className={styles.mapSide}>
      <div ref={board} className={styles.map} {...(movable ? droppedCamera(drop) : {})}>
        <img
          src={`/api/v1/site-maps/${map.id}/picture`}
          alt={map.name}
          width={map.width}
          height={map.height}
          style={{ height: "auto" }}
        />
        {cameras
          .filter((camera) => camera.site_map_id === map.id)
          .map((camera) => (
            <Pin key={camera.id} {...{ camera, movable, board }} onPlace={(spot) => place.mutate({ camera, spot })} />
          ))}
      </div>
      {movable && elsewhere.length > 0 && (
        <Card size="small" title={t("cameras.notOnMap")}>
          <p style={{ marginTop: 0 }}>{t("cameras.placeHelp")}</p>
          <ul className={styles.tasks}>
            {elsewhere.map((camera) => (
              <li key={camera.id} {...draggedCamera(camera.id)} style={{ cursor: "grab" }}>
                <span>{camera.name}</span>
                <Button
                  size="small"
                  aria-label={t("cameras.placeOnMap", { name: camera.name })}
                  onClick={() => place.mutate({ camera, spot: { x: 0.5, y: 0.5 } })}
                >
                  {t("cameras.place")}
                </Button>
              </li>
            ))}
          </ul>
        </Card>
      )}
    </div>
  );
}

interface PinProps {
  camera: Camera;
  movable: boolean;
  board: React.RefObject<HTMLDivElement | null>;
  onPlace: (spot: Spot) => void;
}

function Pin({ camera, movable, board, onPlace }: PinProps) {
  const navigate = useNavigate();
  const said = useSaid(camera.condition, camera.reason);
  const kept = { x: camera.map_x ?? 0.5, y: camera.map_y ?? 0.5 };
  const [spot, setSpot] = useState<Spot>(); // while it is moved
  const dragged = useRef(false);
  useEffect(() => setSpot(undefined), [camera.map_x, camera.map_y]);
  const shown = spot ?? kept;
  const follow = (event: React.PointerEvent) => {
    const frame = board.current?.getBoundingClientRect();
    if (!movable || !frame || !event.currentTarget.hasPointerCapture(event.pointerId)) return;
    if (!dragged.current && Math.hypot(event.movementX, event.movementY) < 1) return;
    dragged.current = true;
    setSpot(spotAt(event, frame));
  };
  return (
    <button
      type="button"
      className={styles.pin}
      style={{ left: `${shown.x * 100}%`, top: `${shown.y * 100}%` }}
      title={said}
      onPointerDown={(event) => {
        dragged.current = false;
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={follow}
      onPointerUp={() => spot && dragged.current && onPlace(spot)}
      onClick={() => !dragged.current && void navigate(`/cameras/${camera.id}`)}
      onKeyDown={(event) => {
        const next = movable ? moved(shown, event.key) : undefined;
        if (!next) return;
        event.preventDefault();
        setSpot(next);
      }}
      onKeyUp={(event) => spot && event.key.startsWith("Arrow") && onPlace(spot)}
    >
      <Badge status={toneOf(camera.condition)} />
      {camera.name}
    </button>
  );
}

function usePlace(site_map_id: string) {
  const client = useQueryClient();
  const complain = useComplaint();
  return useMutation({
    mutationFn: ({ camera, spot: { x, y } }: { camera: Camera; spot: Spot }) =>
      data(
        api.PUT("/api/v1/cameras/{camera_id}", {
          params: { path: { camera_id: camera.id } },
          body: { ...bodyOf(camera), site_map_id, map_x: x, map_y: y },
        }),
      ),
    onSettled: () => client.invalidateQueries({ queryKey: ["cameras"] }),
    onError: complain,
  });
}
