import { CopyOutlined, DeleteOutlined, EditOutlined } from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Flex, Skeleton, Switch } from "antd";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useParams } from "react-router";
import { api } from "../../api/client";
import { may, usePerson } from "../../app/session";
import { Condition } from "../../parts/cameras/Condition";
import { type Camera, useCamera, useTasks } from "../../parts/cameras/queries";
import { useComplaint } from "../../parts/complaint";
import { Failed } from "../../parts/Failed";
import { Page } from "../../parts/Page";
import { CameraAlarms } from "./CameraAlarms";
import { CameraDay } from "./CameraDay";
import styles from "./cameras.module.css";
import { Health } from "./Health";
import { Picture } from "./Picture";
import { Sources } from "./Sources";
import { TaskList } from "./TaskList";
import { useCopy } from "./useCopy";
import { useSwitch } from "./useSwitch";

/** All about one camera. */
export function CameraPage() {
  const { id = "" } = useParams();
  const { t } = useTranslation();
  const camera = useCamera(id);
  const tasks = useTasks(id);
  if (camera.isPending) return <Page title={t("rooms.cameras")} children={<Skeleton active />} />;
  if (!camera.data) return <Page title={t("rooms.cameras")} children={<Failed of={camera} />} />;
  const shown = camera.data;
  return (
    <Page title={shown.name} extra={<Actions camera={shown} />}>
      <Flex gap={16} wrap style={{ marginBottom: 16 }}>
        <Condition {...shown} />
        {shown.place && <span>{shown.place}</span>}
      </Flex>
      <div className={styles.page}>
        <div className={styles.column}>
          <Picture camera={shown} tasks={tasks.data} />
          <CameraDay cameraId={id} />
          <Health cameraId={id} />
        </div>
        <div className={styles.column}>
          <TaskList camera={shown} tasks={tasks} />
          <CameraAlarms cameraId={id} />
          <Sources camera={shown} />
        </div>
      </div>
    </Page>
  );
}

function Actions({ camera }: { camera: Camera }) {
  const { t } = useTranslation();
  const { role } = usePerson();
  const turn = useSwitch(camera.id);
  return (
    <Flex gap={8} align="center" wrap>
      <Flex component="label" gap={8} align="center" style={{ minHeight: 32 }}>
        <Switch
          checked={camera.enabled}
          disabled={!may(role, "operator")}
          loading={turn.isPending}
          aria-label={t("cameras.onOff", { name: camera.name })}
          onChange={(enabled) => turn.mutate(enabled)}
        />
        <span>{t("cameras.on")}</span>
      </Flex>
      {may(role, "administrator") && <Setup camera={camera} />}
    </Flex>
  );
}

function Setup({ camera }: { camera: Camera }) {
  const { t } = useTranslation();
  const copy = useCopy(camera);
  const remove = useRemove(camera);
  const { modal } = App.useApp();
  const ask = () =>
    modal.confirm({
      title: t("cameras.removeTitle", { name: camera.name }),
      content: t("cameras.removeText"),
      okText: t("cameras.remove"),
      okButtonProps: { danger: true },
      onOk: () => remove.mutateAsync(),
    });
  return (
    <>
      <Link to={`/cameras/${camera.id}/edit`}>
        <Button icon={<EditOutlined />} tabIndex={-1}>
          {t("cameras.edit")}
        </Button>
      </Link>
      <Button icon={<CopyOutlined />} loading={copy.isPending} onClick={() => copy.mutate()}>
        {t("cameras.copy")}
      </Button>
      <Button danger icon={<DeleteOutlined />} onClick={ask}>
        {t("cameras.remove")}
      </Button>
    </>
  );
}

function useRemove({ id }: Camera) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const complain = useComplaint();
  return useMutation({
    mutationFn: () => api.DELETE("/api/v1/cameras/{camera_id}", { params: { path: { camera_id: id } } }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ["cameras"], exact: true });
      void navigate("/cameras", { replace: true });
    },
    onError: complain,
  });
}
