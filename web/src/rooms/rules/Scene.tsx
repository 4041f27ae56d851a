import { DeleteOutlined, EditOutlined, RedoOutlined, UndoOutlined } from "@ant-design/icons";
import { Alert, Button, Flex, Input, Segmented, Tag, Tooltip, Typography } from "antd";
import { type CSSProperties, type KeyboardEvent, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { ON_PICTURE } from "../../app/theme";
import { ratioOf } from "../../parts/cameras/camera";
import type { Camera } from "../../parts/cameras/queries";
import { LivePlayer } from "../../parts/live/LivePlayer";
import { SceneEditor } from "../../parts/scene/SceneEditor";
import { crosses, moveBy, type Point, type Shape } from "../../parts/scene/shapes";
import type { Kind } from "./document";
import type { Editing } from "./draft";
import styles from "./rules.module.css";

export interface Drawing {
  kind: Kind;
  onDone: (points: Point[]) => void;
}

interface Props {
  camera: Camera;
  view: "live" | "still";
  onView: (view: "live" | "still") => void;
  shapes: Shape[];
  selected: string | undefined;
  onSelect: (name: string | undefined) => void;
  drawing: Drawing | undefined;
  onDraw: (kind: Kind | undefined) => void;
  onChange: (shape: Shape) => void;
  onRename: (shape: Shape, name: string) => void;
  onRemove: (shape: Shape) => void;
  steps: Pick<Editing, "canUndo" | "canRedo" | "undo" | "redo">;
}

/** The picture of a camera with its zones and lines, and a list of them for whoever has no mouse. */
export function Scene(props: Props) {
  const { camera, view, shapes, selected, onSelect, drawing, onChange } = props;
  const { t } = useTranslation();
  return (
    <div className={styles.scene}>
      <Tools {...props} />
      <div className={styles.stage} style={{ "--ratio": ratioOf(camera) } as CSSProperties}>
        <SceneEditor
          shapes={shapes}
          selected={selected}
          onSelect={onSelect}
          onChange={onChange}
          drawing={drawing}
          colour={ON_PICTURE}
          label={t("rules.scene", { name: camera.name })}
        >
          {view === "live" ? (
            <LivePlayer cameraId={camera.id} name={camera.name} boxes own />
          ) : (
            <Still camera={camera} />
          )}
        </SceneEditor>
      </div>
      {drawing && (
        <Alert type="info" banner title={t(`rules.drawing.${drawing.kind}`)} action={<Cancel {...props} />} />
      )}
      <Places {...props} />
    </div>
  );
}

function Cancel({ onDraw }: Props) {
  const { t } = useTranslation();
  useEffect(() => {
    const stop = (event: globalThis.KeyboardEvent) => event.key === "Escape" && onDraw(undefined);
    window.addEventListener("keydown", stop);
    return () => window.removeEventListener("keydown", stop);
  }, [onDraw]);
  return (
    <Button size="small" onClick={() => onDraw(undefined)}>
      {t("rules.cancel")}
    </Button>
  );
}

function Tools({ view, onView, onDraw, drawing, steps }: Props) {
  const { t } = useTranslation();
  const step = (name: "undo" | "redo", icon: React.ReactNode, can: boolean) => (
    <Tooltip title={t(`rules.${name}`)}>
      <Button icon={icon} aria-label={t(`rules.${name}`)} disabled={!can} onClick={steps[name]} />
    </Tooltip>
  );
  return (
    <Flex gap={8} wrap style={{ marginBottom: 8 }} justify="space-between">
      <Flex gap={8} wrap>
        {(["zone", "line"] as const).map((kind) => (
          <Button
            key={kind}
            icon={<EditOutlined />}
            type={drawing?.kind === kind ? "primary" : "default"}
            onClick={() => onDraw(drawing?.kind === kind ? undefined : kind)}
          >
            {t(`rules.new.${kind}`)}
          </Button>
        ))}
        {step("undo", <UndoOutlined />, steps.canUndo)}
        {step("redo", <RedoOutlined />, steps.canRedo)}
      </Flex>
      <Segmented
        aria-label={t("rules.view")}
        value={view}
        onChange={onView}
        options={[
          { value: "live", label: t("rules.live") },
          { value: "still", label: t("rules.still") },
        ]}
      />
    </Flex>
  );
}

/** A picture of now; drawing works without one too. */
function Still({ camera }: { camera: Camera }) {
  const { t } = useTranslation();
  const [failed, setFailed] = useState(false);
  const [asked] = useState(() => Date.now());
  if (failed) return <div className={styles.blank}>{t("rules.noPicture")}</div>;
  return (
    <img
      className={styles.still}
      src={`/api/v1/cameras/${camera.id}/snapshot?at=${asked}`}
      alt={camera.name}
      onError={() => setFailed(true)}
    />
  );
}

const STEP = 0.01;
const ARROWS: Record<string, Point> = {
  ArrowLeft: [-STEP, 0],
  ArrowRight: [STEP, 0],
  ArrowUp: [0, -STEP],
  ArrowDown: [0, STEP],
};

function Places({ shapes, selected, onSelect, onChange, onRename, onRemove }: Props) {
  const { t } = useTranslation();
  if (!shapes.length) return <Typography.Paragraph type="secondary">{t("rules.noPlaces")}</Typography.Paragraph>;
  const onKey = (shape: Shape) => (event: KeyboardEvent) => {
    const by = ARROWS[event.key];
    if (!by) return;
    event.preventDefault();
    onChange(moveBy(shape, ...by));
  };
  return (
    <>
      <ul className={styles.places}>
        {shapes.map((shape) => (
          <li key={`${shape.kind}:${shape.name}`}>
            <Button
              size="small"
              type={shape.name === selected ? "primary" : "default"}
              aria-pressed={shape.name === selected}
              autoInsertSpace={false}
              aria-label={t("rules.move", { kind: t(`rules.${shape.kind}`), name: shape.name })}
              onClick={() => onSelect(shape.name === selected ? undefined : shape.name)}
              onKeyDown={onKey(shape)}
            >
              {t(`rules.${shape.kind}`)}
            </Button>
            <PlaceName shape={shape} taken={shapes} onRename={onRename} />
            {crosses(shape) && <Tag color="error">{t("rules.crosses")}</Tag>}
            <Button
              type="text"
              size="small"
              icon={<DeleteOutlined />}
              aria-label={t("rules.removeOf", { name: shape.name })}
              onClick={() => onRemove(shape)}
            />
          </li>
        ))}
      </ul>
      <Typography.Text type="secondary" style={{ fontSize: 12 }}>
        {t("rules.howToEdit")}
      </Typography.Text>
    </>
  );
}

interface PlaceNameProps {
  shape: Shape;
  taken: Shape[];
  onRename: (shape: Shape, name: string) => void;
}

function PlaceName({ shape, taken, onRename }: PlaceNameProps) {
  const { t } = useTranslation();
  const [name, setName] = useState(shape.name);
  const trimmed = name.trim();
  const wrong = !trimmed || (trimmed !== shape.name && taken.some((other) => other.name === trimmed));
  const done = () => (wrong ? setName(shape.name) : trimmed !== shape.name && onRename(shape, trimmed));
  return (
    <Input
      size="small"
      variant="filled"
      style={{ maxWidth: 240 }}
      aria-label={t("rules.nameOf", { name: shape.name })}
      status={wrong ? "error" : undefined}
      maxLength={128}
      value={name}
      onChange={({ target }) => setName(target.value)}
      onBlur={done}
      onPressEnter={done}
    />
  );
}
