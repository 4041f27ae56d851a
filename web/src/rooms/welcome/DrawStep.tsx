import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Flex, Form, Skeleton, Typography, theme } from "antd";
import { type CSSProperties, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, data, Refused } from "../../api/client";
import { usePreferences } from "../../app/preferences";
import { ratioOf } from "../../parts/cameras/camera";
import type { Camera, Template } from "../../parts/cameras/queries";
import { troubleOf } from "../../parts/complaint";
import { Failed } from "../../parts/Failed";
import { SceneEditor } from "../../parts/scene/SceneEditor";
import type { Point, Shape } from "../../parts/scene/shapes";
import { useUrl } from "../../parts/useUrl";
import { SettingField } from "./SettingField";
import { useScene } from "./scene";
import { askedOf, documentOf, drawnOf, isWhole, readyMade } from "./steps";
import styles from "./welcome.module.css";

/** Draw the place that a template asks for on a picture of the camera, and start. */
export function DrawStep({ camera, template }: { camera: Camera; template: Template }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const [, say] = useUrl();
  const [shape, setShape] = useState<Shape>();
  const drawn = drawnOf(template);
  const watch = useWatch(camera, template, language);
  const ready = (!drawn?.needed || shape) && (!shape || isWhole(shape));
  return (
    <Form
      layout="vertical"
      requiredMark={false}
      onFinish={(settings) => watch.mutate({ shape, settings, force: false })}
    >
      <Typography.Title level={2} style={{ fontSize: 18, marginTop: 0 }}>
        {template.title[language]}: {t("welcome.draw")}
      </Typography.Title>
      {template.advice && <p>{template.advice[language]}</p>}
      {drawn ? (
        <Drawing camera={camera} kind={drawn.kind} needed={drawn.needed} shape={shape} onShape={setShape} />
      ) : (
        <p>{t("welcome.drawNothing")}</p>
      )}
      {askedOf(template).map(([name, parameter]) => (
        <SettingField key={name} name={name} parameter={parameter} />
      ))}
      {watch.isError && <Failed of={{ error: watch.error }} />}
      <Flex gap={8} style={{ marginTop: 16 }}>
        <Button type="primary" htmlType="submit" size="large" disabled={!ready} loading={watch.isPending}>
          {t("welcome.watch")}
        </Button>
        <Button size="large" onClick={() => say({ step: "what", template: undefined }, true)}>
          {t("welcome.back")}
        </Button>
      </Flex>
    </Form>
  );
}

interface DrawingProps {
  camera: Camera;
  kind: Shape["kind"];
  needed: boolean;
  shape: Shape | undefined;
  onShape: (shape: Shape | undefined) => void;
}

function Drawing({ camera, kind, needed, shape, onShape }: DrawingProps) {
  const { t } = useTranslation();
  const { token } = theme.useToken();
  const scene = useScene(camera);
  const name = t(kind === "zone" ? "welcome.zoneName" : "welcome.lineName");
  const drawing = useMemo(
    () => (shape ? undefined : { kind, onDone: (points: Point[]) => onShape({ kind, name, points }) }),
    [shape, kind, name, onShape],
  );
  if (scene.isPending)
    return <Skeleton.Node active className={styles.scene} style={{ aspectRatio: "16 / 9", height: "auto" }} />;
  return (
    <>
      <p>
        {t(kind === "zone" ? "welcome.drawZone" : "welcome.drawLine")} {!needed && t("welcome.optionalZone")}
      </p>
      {!scene.data && <Alert type="warning" showIcon title={t("welcome.noPicture")} style={{ marginBottom: 8 }} />}
      <div className={styles.scene} style={{ "--ratio": ratioOf(camera) } as CSSProperties}>
        <SceneEditor
          shapes={shape ? [shape] : []}
          selected={name}
          onSelect={() => undefined}
          onChange={onShape}
          drawing={drawing}
          colour={token.colorPrimary}
          label={t("welcome.scene")}
        >
          {scene.data ? (
            <img src={scene.data} alt={camera.name} className={styles.still} />
          ) : (
            <div className={styles.noStill} />
          )}
        </SceneEditor>
      </div>
      {shape && !isWhole(shape) && (
        <Alert type="error" showIcon title={t("welcome.crosses")} style={{ marginTop: 8 }} />
      )}
      <Flex gap={8} wrap style={{ margin: "8px 0 16px" }}>
        <Button onClick={() => onShape(readyMade(kind, name))}>
          {t(kind === "zone" ? "welcome.whole" : "welcome.middle")}
        </Button>
        {shape && <Button onClick={() => onShape(undefined)}>{t("welcome.again")}</Button>}
      </Flex>
    </>
  );
}

/** Width by height of what the camera sends, as far as it is known. */
interface Wish {
  shape: Shape | undefined;
  settings: Record<string, unknown>;
  force: boolean;
}

function useWatch(camera: Camera, template: Template, language: "zh" | "en") {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { modal } = App.useApp();
  const [, say] = useUrl();
  const watch = useMutation({
    mutationFn: ({ shape, settings, force }: Wish) =>
      data(
        api.POST("/api/v1/tasks", {
          params: { query: { force } },
          body: {
            name: template.title[language],
            camera_id: camera.id,
            document: documentOf(template, shape, settings),
            schedule: [],
            enabled: true,
          },
        }),
      ),
    onSuccess: (task) => {
      // All of them, also those that no page shows now: the wall, which comes next, must not say that nothing is watched.
      void client.invalidateQueries({ queryKey: ["tasks"], refetchType: "all" });
      void client.invalidateQueries({ queryKey: ["cameras"], refetchType: "all" });
      say({ step: "done", task: task.id, template: undefined }, true);
    },
    onError: (error, wish) => {
      if (!(error instanceof Refused) || error.code !== "host-full") return;
      modal.confirm({
        title: troubleOf(error, language, t("failed.away"))[0],
        content: t("cameras.fullText"),
        okText: t("welcome.watchAnyway"),
        onOk: () => watch.mutateAsync({ ...wish, force: true }),
      });
    },
  });
  return watch;
}
