import { CaretRightOutlined, PauseOutlined } from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Badge, Button, Flex, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { api, data, Refused } from "../../api/client";
import { usePreferences } from "../../app/preferences";
import { may, usePerson } from "../../app/session";
import { Condition, useDetail, useSaid } from "../../parts/cameras/Condition";
import { type Task } from "../../parts/cameras/queries";
import { useEngine } from "../../parts/cameras/useEngine";
import { troubleOf, useComplaint } from "../../parts/complaint";
import { useHost } from "../../parts/hosts";
import { fitOf } from "../hosts/figures";

/** How a task is, in one line, and the button that starts or stops it. */
export function TaskState({ task }: { task: Task }) {
  const { t } = useTranslation();
  const { status } = task;
  const told = [
    status.analysed_fps ? t("rules.analysed", { fps: status.analysed_fps.toFixed(1) }) : "",
    typeof status.age_s === "number" ? t("rules.age", { seconds: status.age_s.toFixed(1) }) : "",
    status.skipped >= 0.01 ? t("rules.skipped", { share: Math.round(status.skipped * 100) }) : "",
    task.runs_now && status.revision < task.revision ? t("rules.onItsWay") : "",
  ].filter(Boolean);
  const own = !task.enabled ? "off" : task.runs_now ? undefined : "waiting";
  const why = useSaid(status.condition, status.reason);
  const detail = useDetail()(status.reason, status.detail);
  const say = useEngine();
  const [error] = status.errors;
  return (
    <>
      <Flex gap={12} align="center" wrap style={{ marginBottom: 8 }}>
        {own ? <Badge status="default" text={t(`rules.state.${own}`)} /> : <Condition {...status} reason="" />}
        <Typography.Text type="secondary">{told.join(" · ")}</Typography.Text>
        <span style={{ flex: 1 }} />
        <Room task={task} />
        <Switching task={task} />
      </Flex>
      {task.enabled && (error || (status.reason && status.condition !== "online")) && (
        <Alert
          type="warning"
          style={{ marginBottom: 8 }}
          title={error ? say(error) : [why, detail].filter(Boolean).join(" · ")}
        />
      )}
    </>
  );
}

/** Whether its host has room for it, told before it is started. */
function Room({ task }: { task: Task }) {
  const { t } = useTranslation();
  const { data: host } = useHost(task.host_id);
  if (!host) return null;
  const { name, streams, streams_fit: fit } = host;
  const wanted = streams + (task.enabled ? 0 : 1);
  if (fit === null)
    return <Typography.Text type="secondary">{t("rules.roomUnknown", { name, count: streams })}</Typography.Text>;
  return (
    <Typography.Text type={wanted > fit ? "danger" : "secondary"}>
      {t(task.enabled ? "rules.room" : "rules.roomThen", { name, streams: wanted, fit: fitOf(fit) })}
    </Typography.Text>
  );
}

function Switching({ task }: { task: Task }) {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const complain = useComplaint();
  const client = useQueryClient();
  const { language } = usePreferences();
  const operator = may(usePerson().role, "operator");
  const params = { path: { task_id: task.id } };
  const change = useMutation({
    mutationFn: (force: boolean) =>
      data(
        task.enabled
          ? api.POST("/api/v1/tasks/{task_id}/stop", { params })
          : api.POST("/api/v1/tasks/{task_id}/start", { params: { ...params, query: { force } } }),
      ),
    onSettled: () => client.invalidateQueries({ queryKey: ["tasks"] }),
    onError: (error) => {
      if (error instanceof Refused && error.code === "host-full")
        modal.confirm({
          title: t("rules.full"),
          content: troubleOf(error, language, t("failed.away"))[0],
          okText: t("rules.startAnyway"),
          onOk: () => change.mutate(true),
        });
      else complain(error);
    },
  });
  return (
    <Button
      disabled={!operator}
      loading={change.isPending}
      icon={task.enabled ? <PauseOutlined /> : <CaretRightOutlined />}
      onClick={() => change.mutate(false)}
    >
      {t(task.enabled ? "rules.stop" : "rules.start")}
    </Button>
  );
}
