import { ArrowLeftOutlined, PlusOutlined } from "@ant-design/icons";
import { Badge, Button, Flex, Select, Skeleton, Tabs } from "antd";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { may, usePerson } from "../../app/session";
import { toneOf } from "../../parts/cameras/Condition";
import { type Camera, type Task, useCamera, useCameras, useTasks, useTemplates } from "../../parts/cameras/queries";
import { Failed } from "../../parts/Failed";
import { useModels } from "../../parts/hosts";
import { NextStep } from "../../parts/NextStep";
import { Page } from "../../parts/Page";
import { useUrl } from "../../parts/useUrl";
import { useDefaults } from "./data";
import { TaskEditor } from "./TaskEditor";

const NEW = "new";

/** What a camera watches for: its tasks, one of them open. */
export function CameraRules({ cameraId }: { cameraId: string }) {
  const { t } = useTranslation();
  const camera = useCamera(cameraId);
  const tasks = useTasks(cameraId);
  const trouble = camera.error ?? tasks.error;
  if (camera.data && tasks.data) return <Loaded camera={camera.data} tasks={tasks.data} />;
  return (
    <Page title={t("rooms.rules")} extra={<Back />}>
      {trouble ? <Failed of={camera.error ? camera : tasks} /> : <Skeleton active />}
    </Page>
  );
}

function Back() {
  const { t } = useTranslation();
  return (
    <Link to="/rules">
      <ArrowLeftOutlined /> {t("rules.allCameras")}
    </Link>
  );
}

function Loaded({ camera, tasks }: { camera: Camera; tasks: Task[] }) {
  const { t } = useTranslation();
  const [url, go] = useUrl();
  const administrator = may(usePerson().role, "administrator");
  const templates = useTemplates(camera.host_id);
  const models = useModels(camera.host_id);
  const defaults = useDefaults();
  const wanted = url.get("task") ?? tasks[0]?.id;
  const task = tasks.find(({ id }) => id === wanted);
  const isNew = wanted === NEW && administrator;
  const open = (id: string) => go({ task: id, rule: undefined, place: undefined }, true);
  return (
    <Page title={t("rules.title", { camera: camera.name })} extra={<CameraSelect camera={camera} />}>
      {(tasks.length > 1 || isNew) && (
        <Tabs
          size="small"
          activeKey={wanted}
          onChange={open}
          items={itemsOf(tasks, isNew ? t("rules.newTask") : undefined)}
        />
      )}
      <Failed of={templates} />
      {!templates.data && !templates.error && <Skeleton active />}
      {templates.data && (task || isNew) && (
        <TaskEditor
          key={task?.id ?? NEW}
          camera={camera}
          task={task}
          templates={templates.data}
          models={models.data ?? []}
          defaults={defaults}
          onMade={(id) => go({ task: id }, false)}
          onGone={() => go({ task: undefined, rule: undefined, place: undefined })}
          onNew={() => open(NEW)}
        />
      )}
      {templates.data && !task && !isNew && (
        <NextStep text={t("rules.noTask")}>
          {administrator && (
            <Button type="primary" icon={<PlusOutlined />} onClick={() => open(NEW)}>
              {t("rules.firstTask")}
            </Button>
          )}
        </NextStep>
      )}
    </Page>
  );
}

function itemsOf(tasks: Task[], fresh: string | undefined) {
  const items = tasks.map(({ id, name, enabled, status }) => ({
    key: id,
    label: <Badge status={enabled ? toneOf(status.condition) : "default"} text={name} />,
  }));
  return fresh ? [...items, { key: NEW, label: <Badge status="default" text={fresh} /> }] : items;
}

/** Another camera is one choice away. */
function CameraSelect({ camera }: { camera: Camera }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { data: cameras = [camera] } = useCameras();
  return (
    <Flex gap={12} align="center" wrap>
      <Back />
      <Select
        showSearch
        optionFilterProp="label"
        aria-label={t("rules.camera")}
        style={{ minWidth: 200 }}
        value={camera.id}
        onChange={(id) => void navigate(`/rules?camera=${id}`)}
        options={cameras.map(({ id, name }) => ({ value: id, label: name }))}
      />
    </Flex>
  );
}
