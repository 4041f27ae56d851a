import { Flex, Grid, Progress, Skeleton, Steps, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { Navigate } from "react-router";
import { may, usePerson } from "../../app/session";
import { AddCamera } from "../../parts/adding/AddCamera";
import { useCamera, useTemplates } from "../../parts/cameras/queries";
import { Failed } from "../../parts/Failed";
import { Page } from "../../parts/Page";
import { useUrl } from "../../parts/useUrl";
import { DoneStep } from "./DoneStep";
import { DrawStep } from "./DrawStep";
import { rememberPicture } from "./scene";
import { WhatStep } from "./WhatStep";

const STEPS = ["camera", "what", "draw", "done"] as const;
type Step = (typeof STEPS)[number];

/** From nothing to a camera that watches: camera, what for, where, done. Each step has its address. */
export function Component() {
  const { t } = useTranslation();
  const { role } = usePerson();
  const [said] = useUrl();
  const step = stepOf(said);
  useTemplates(); // while the camera is added, its host is asked what its models can
  if (!may(role, "administrator")) return <Navigate to="/live" replace />;
  return (
    <Page title={t("welcome.title")}>
      <Way step={step} />
      {step === "camera" ? <CameraStep /> : <Later step={step} cameraId={said.get("camera") ?? ""} />}
    </Page>
  );
}

/** How far one is; on a phone in one line. */
function Way({ step }: { step: Step }) {
  const { t } = useTranslation();
  const wide = Grid.useBreakpoint().md ?? true;
  const at = STEPS.indexOf(step);
  if (wide)
    return (
      <Steps
        size="small"
        current={at}
        items={STEPS.map((one) => ({ title: t(`welcome.steps.${one}`) }))}
        style={{ maxWidth: 760, marginBottom: 24 }}
      />
    );
  const said = `${at + 1}/${STEPS.length} ${t(`welcome.steps.${step}`)}`;
  return (
    <Flex gap={16} align="center" style={{ marginBottom: 16 }}>
      <Progress steps={STEPS.length} percent={((at + 1) / STEPS.length) * 100} showInfo={false} aria-label={said} />
      <span>{said}</span>
    </Flex>
  );
}

function stepOf(said: URLSearchParams): Step {
  const step = STEPS.find((one) => one === said.get("step")) ?? "camera";
  return step !== "camera" && !said.get("camera") ? "camera" : step;
}

function CameraStep() {
  const { t } = useTranslation();
  const [, say] = useUrl();
  return (
    <>
      <Typography.Title level={2} style={{ fontSize: 18, marginTop: 0 }}>
        {t("welcome.first")}
      </Typography.Title>
      <p>{t("welcome.firstText")}</p>
      <AddCamera
        onAdded={({ id }, picture) => {
          rememberPicture(id, picture);
          say({ step: "what", camera: id, way: undefined }, true);
        }}
      />
    </>
  );
}

function Later({ step, cameraId }: { step: Step; cameraId: string }) {
  const [said] = useUrl();
  const camera = useCamera(cameraId);
  const templates = useTemplates();
  if (camera.isPending || templates.isPending) return <Skeleton active />;
  if (!camera.data) return <Failed of={camera} />;
  if (!templates.data) return <Failed of={templates} />;
  const template = templates.data.find(({ name }) => name === said.get("template"));
  if (step === "done") return <DoneStep camera={camera.data} taskId={said.get("task") ?? ""} />;
  if (step === "draw" && template) return <DrawStep camera={camera.data} template={template} />;
  return <WhatStep camera={camera.data} templates={templates.data} />;
}
