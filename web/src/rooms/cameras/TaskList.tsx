import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Card, Flex, Skeleton } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, data, Refused } from "../../api/client";
import { usePreferences } from "../../app/preferences";
import { may, usePerson } from "../../app/session";
import { Condition } from "../../parts/cameras/Condition";
import type { Camera, Task, useTasks } from "../../parts/cameras/queries";
import { useEngine } from "../../parts/cameras/useEngine";
import { troubleOf, useComplaint } from "../../parts/complaint";
import { alarmsOf, taskDocument } from "../../parts/documents";
import { Failed } from "../../parts/Failed";
import { rulesUrl } from "../../parts/links";
import { NextStep } from "../../parts/NextStep";
import styles from "./cameras.module.css";
import { useTitles } from "./Watches";

/** What a camera watches for, with how each task is. */
export function TaskList({ camera, tasks }: { camera: Camera; tasks: ReturnType<typeof useTasks> }) {
  const { t } = useTranslation();
  const { role } = usePerson();
  const edit = may(role, "operator") && <Link to={rulesUrl(camera.id)}>{t("rooms.rules")}</Link>;
  return (
    <Card size="small" title={t("cameras.watches")} extra={edit}>
      {tasks.isPending && <Skeleton active paragraph={{ rows: 1 }} />}
      {tasks.isError && !tasks.data && <Failed of={tasks} />}
      {tasks.data?.length === 0 && (
        <NextStep text={t("cameras.noTasks")}>
          {may(role, "administrator") && (
            <Link to={`/welcome?step=what&camera=${camera.id}`}>
              <Button type="primary" tabIndex={-1}>
                {t("cameras.chooseWhat")}
              </Button>
            </Link>
          )}
        </NextStep>
      )}
      <ul className={styles.tasks}>
        {(tasks.data ?? []).map((task) => (
          <Row key={task.id} task={task} />
        ))}
      </ul>
    </Card>
  );
}

function Row({ task }: { task: Task }) {
  const { t } = useTranslation();
  const { role } = usePerson();
  const titles = useTitles();
  const turn = useTurn(task);
  const say = useEngine();
  const names = alarmsOf(taskDocument(task)).map(({ template }) => titles.get(template) ?? template);
  return (
    <li>
      <Flex vertical style={{ minWidth: 0 }}>
        <span>{task.name}</span>
        {titles.size > 0 && names.length > 0 && names.join() !== task.name && (
          <small>{names.join(t("cameras.comma"))}</small>
        )}
        {task.enabled && !task.runs_now ? (
          <small>{t("cameras.waitsForSchedule")}</small>
        ) : (
          <Condition {...task.status} condition={task.enabled ? task.status.condition : "stopped"} />
        )}
        {task.status.errors.map((error) => (
          <small key={error}>{say(error)}</small>
        ))}
      </Flex>
      {may(role, "operator") && (
        <Button size="small" loading={turn.isPending} onClick={() => turn.mutate(!task.enabled)}>
          {t(task.enabled ? "cameras.stop" : "cameras.start")}
        </Button>
      )}
    </li>
  );
}

/** Start or stop a task; where its host carries all it can, one is asked whether it is to start all the same. */
function useTurn({ id }: Task) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { modal } = App.useApp();
  const complain = useComplaint();
  const { language } = usePreferences();
  const path = { task_id: id };
  const start = (force: boolean) =>
    data(api.POST("/api/v1/tasks/{task_id}/start", { params: { path, query: { force } } }));
  const settle = () => client.invalidateQueries({ queryKey: ["tasks"] });
  return useMutation({
    mutationFn: (on: boolean) =>
      on ? start(false) : data(api.POST("/api/v1/tasks/{task_id}/stop", { params: { path } })),
    onSettled: settle,
    onError: (error) => {
      if (!(error instanceof Refused) || error.code !== "host-full") return complain(error);
      modal.confirm({
        title: troubleOf(error, language, t("failed.away"))[0],
        content: t("cameras.fullText"),
        okText: t("cameras.startAnyway"),
        onOk: () => start(true).then(settle),
      });
    },
  });
}
