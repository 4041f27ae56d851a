import { DeleteOutlined, EditOutlined, FilePdfOutlined, SendOutlined } from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Card, Flex, Popconfirm, Switch, theme } from "antd";
import { useTranslation } from "react-i18next";
import { api, data } from "../../../api/client";
import { usePerson } from "../../../app/session";
import { useComplaint } from "../../../parts/complaint";
import { useWhen } from "../../../parts/moments";
import { draftOf, type Schedule } from "./form";
import { SCHEDULES } from "./Schedules";

interface Props {
  schedule: Schedule;
  onOpen: () => void;
}

/** A report that comes by mail: when, to whom, whether it went out, and what can be done with it. */
export function ScheduleRow({ schedule, onOpen }: Props) {
  const { t } = useTranslation();
  const { token } = theme.useToken();
  const { name, wish, owner, owner_id, attempts, last_error: error } = schedule;
  const mine = owner_id === usePerson().id;
  return (
    <Card size="small" style={{ marginBottom: 8 }} title={name} extra={<Acts schedule={schedule} onOpen={onOpen} />}>
      <Flex vertical gap={4}>
        <span>
          {useTiming(schedule)} → {wish.recipients.join(", ")}
        </span>
        <span style={{ color: token.colorTextDescription }}>
          <Sent schedule={schedule} />
          {!mine && ` · ${t("reports.schedule.owner", { owner })}`}
        </span>
        {error && <Alert type="warning" showIcon title={t("reports.schedule.failed", { count: attempts, error })} />}
      </Flex>
    </Card>
  );
}

function useTiming(schedule: Schedule) {
  const { t } = useTranslation();
  const { every, at, weekday, day } = draftOf(schedule, "en");
  const on = {
    daily: "",
    weekly: t(`reports.schedule.weekdays.${weekday}`),
    monthly: t("reports.schedule.dayOf", { day }),
  };
  return [t(`reports.schedule.everies.${every}`), on[every], at, `(${t(`reports.schedule.about.${every}`)})`]
    .filter(Boolean)
    .join(" ");
}

function Sent({ schedule: { enabled, next_at, last_ok_at } }: Pick<Props, "schedule">) {
  const { t } = useTranslation();
  const when = useWhen();
  const next = enabled && next_at ? `${t("reports.schedule.next", { at: when(next_at) })} · ` : "";
  return (
    <>{next + (last_ok_at ? t("reports.schedule.sent", { at: when(last_ok_at) }) : t("reports.schedule.never"))}</>
  );
}

function Acts({ schedule, onOpen }: Props) {
  const { t } = useTranslation();
  const { turn, run, remove } = useActs(schedule);
  const { id, name, enabled } = schedule;
  return (
    <Flex gap={4} align="center" wrap>
      <Switch
        size="small"
        checked={enabled}
        loading={turn.isPending}
        aria-label={t("reports.schedule.onOff", { name })}
        onChange={(on) => turn.mutate(on)}
      />
      <Button
        type="text"
        icon={<FilePdfOutlined />}
        aria-label={t("reports.schedule.preview")}
        title={t("reports.schedule.preview")}
        href={`/api/v1/reports/schedules/${id}/report.pdf`}
        download
      />
      <Button
        type="text"
        icon={<SendOutlined />}
        loading={run.isPending}
        aria-label={t("reports.schedule.run")}
        title={t("reports.schedule.run")}
        onClick={() => run.mutate()}
      />
      <Button
        type="text"
        icon={<EditOutlined />}
        aria-label={t("reports.schedule.change")}
        title={t("reports.schedule.change")}
        onClick={onOpen}
      />
      <Popconfirm
        title={t("reports.schedule.removeTitle", { name })}
        okText={t("reports.schedule.remove")}
        onConfirm={() => remove.mutate()}
      >
        <Button
          type="text"
          icon={<DeleteOutlined />}
          aria-label={t("reports.schedule.remove")}
          title={t("reports.schedule.remove")}
        />
      </Popconfirm>
    </Flex>
  );
}

function useActs({ id, name, wish }: Schedule) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const params = { path: { schedule_id: id } };
  const rest = { onError: useComplaint(), onSettled: () => client.invalidateQueries({ queryKey: SCHEDULES }) };
  const turn = useMutation({
    mutationFn: (enabled: boolean) =>
      data(api.PUT("/api/v1/reports/schedules/{schedule_id}", { params, body: { name, wish, enabled } })),
    ...rest,
  });
  const run = useMutation({
    mutationFn: () => data(api.POST("/api/v1/reports/schedules/{schedule_id}/run", { params })),
    onSuccess: ({ last_error: error }) => !error && void message.success(t("reports.schedule.ran")),
    ...rest,
  });
  const remove = useMutation({
    mutationFn: () => api.DELETE("/api/v1/reports/schedules/{schedule_id}", { params }),
    ...rest,
  });
  return { turn, run, remove };
}
