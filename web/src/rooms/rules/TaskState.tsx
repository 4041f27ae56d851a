import { CaretRightOutlined, PauseOutlined } from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Badge, Button, Flex, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { api, data, Refused } from "../../api/client";
import { may, usePerson } from "../../app/session";
import { sayTrouble } from "../../parts/Trouble";
import { toneOf } from "../../parts/tone";
import { useWord } from "../../words/known";
import { type Task, useHost } from "./data";

/** How a task is, in one line, and the button that starts or stops it. */
export function TaskState({ task }: { task: Task }) {
  const { t } = useTranslation();
  const word = useWord();
  const { status } = task;
  const told = [
    status.analysed_fps ? t("rules.analysed", { fps: status.analysed_fps.toFixed(1) }) : "",
    typeof status.age_s === "number" ? t("rules.age", { seconds: status.age_s.toFixed(1) }) : "",
    status.skipped >= 0.01 ? t("rules.skipped", { share: Math.round(status.skipped * 100) }) : "",
    task.runs_now && status.revision < task.revision ? t("rules.onItsWay") : "",
  ].filter(Boolean);
  const own = !task.enabled ? "off" : task.runs_now ? undefined : "waiting";
  const said = own ? t(`rules.state.${own}`) : word("cameras.condition", status.condition);
  return (
    <>
      <Flex gap={12} align="center" wrap style={{ marginBottom: 8 }}>
        <Badge status={task.enabled ? toneOf(status.condition) : "default"} text={said} />
        <Typography.Text type="secondary">{told.join(" · ")}</Typography.Text>
        <span style={{ flex: 1 }} />
        <Room task={task} />
        <Switching task={task} />
      </Flex>
      {task.enabled && (status.errors[0] || (status.reason && status.condition !== "online")) && (
        <Alert
          type="warning"
          style={{ marginBottom: 8 }}
          title={status.errors[0] ?? [word("cameras.reason", status.reason), status.detail].filter(Boolean).join(": ")}
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
    return <Typography.Text type="secondary">{t("rules.roomUnknown", { name, streams })}</Typography.Text>;
  return (
    <Typography.Text type={wanted > fit ? "danger" : "secondary"}>
      {t(task.enabled ? "rules.room" : "rules.roomThen", { name, streams: wanted, fit: Math.floor(fit) })}
    </Typography.Text>
  );
}

function Switching({ task }: { task: Task }) {
  const { t } = useTranslation();
  const { modal, message } = App.useApp();
  const client = useQueryClient();
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
          content: error.message,
          okText: t("rules.startAnyway"),
          onOk: () => change.mutate(true),
        });
      else void message.error(sayTrouble(error, t("trouble.away")));
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
