import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Drawer, Flex, Form, Input, Select, Switch } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, data } from "../../../api/client";
import { usePreferences } from "../../../app/preferences";
import { useChoices } from "../../../parts/choices";
import { Failed } from "../../../parts/Failed";
import { useUnsaved } from "../../../parts/unsaved";
import { areAddresses, bodyOf, type Draft, draftOf, type Schedule, WEEKDAYS } from "./form";
import { SCHEDULES } from "./Schedules";

interface Props {
  /** Undefined: a new one. */
  schedule: Schedule | undefined;
  onClose: () => void;
}

/** A report by mail: when, to whom, about what. */
export function ScheduleDrawer({ schedule, onClose }: Props) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const [form] = Form.useForm<Draft>();
  const unsaved = useUnsaved();
  const save = useSave(schedule, onClose);
  const first = draftOf(schedule, language);
  return (
    <Drawer
      open
      title={schedule?.name ?? t("reports.schedule.add")}
      size={520}
      styles={{ wrapper: { maxWidth: "100vw" } }}
      onClose={() => unsaved.leave(onClose)}
      extra={
        <Button type="primary" loading={save.isPending} onClick={form.submit}>
          {t("reports.schedule.save")}
        </Button>
      }
    >
      {save.error && <Failed of={{ error: save.error }} />}
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={first}
        onValuesChange={unsaved.touch}
        onFinish={(draft) => save.mutate({ ...first, ...draft })}
      >
        <Named />
        <When />
        <About />
      </Form>
      <Link to="/settings">{t("reports.schedule.mail")}</Link>
    </Drawer>
  );
}

function useSave(schedule: Schedule | undefined, onDone: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (draft: Draft) => {
      const body = bodyOf(draft, schedule?.enabled ?? true);
      if (!schedule) return data(api.POST("/api/v1/reports/schedules", { body }));
      const params = { path: { schedule_id: schedule.id } };
      return data(api.PUT("/api/v1/reports/schedules/{schedule_id}", { params, body }));
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: SCHEDULES });
      onDone();
    },
  });
}

function Named() {
  const { t } = useTranslation();
  const needed = { required: true, message: t("reports.schedule.needed") };
  const addresses = {
    validator: (_: unknown, said: string[] = []) =>
      areAddresses(said) ? Promise.resolve() : Promise.reject(new Error(t("reports.schedule.address"))),
  };
  const languages = [
    { value: "zh", label: "中文" },
    { value: "en", label: "English" },
  ];
  return (
    <>
      <Form.Item name="name" label={t("reports.schedule.name")} rules={[{ ...needed, whitespace: true }]}>
        <Input maxLength={128} />
      </Form.Item>
      <Form.Item
        name="recipients"
        label={t("reports.schedule.recipients")}
        extra={t("reports.schedule.recipientsText")}
        rules={[needed, addresses]}
      >
        <Select mode="tags" open={false} suffixIcon={null} tokenSeparators={[",", ";", " "]} maxCount={50} />
      </Form.Item>
      <Flex gap={16} wrap align="end">
        <Form.Item name="language" label={t("reports.schedule.language")}>
          <Select style={{ width: 128 }} options={languages} />
        </Form.Item>
        <Form.Item name="csv" label={t("reports.schedule.csv")} valuePropName="checked">
          <Switch />
        </Form.Item>
      </Flex>
    </>
  );
}

const EVERIES = ["daily", "weekly", "monthly"] as const;

function When() {
  const { t } = useTranslation();
  const every = Form.useWatch("every") ?? "weekly";
  const days = Array.from({ length: 28 }, (_, at) => ({
    value: at + 1,
    label: t("reports.schedule.dayOf", { day: at + 1 }),
  }));
  return (
    <Flex gap={16} wrap>
      <Form.Item
        name="every"
        label={t("reports.schedule.every")}
        extra={t(`reports.schedule.about.${every as "daily"}`)}
      >
        <Select
          style={{ width: 150 }}
          options={EVERIES.map((value) => ({ value, label: t(`reports.schedule.everies.${value}`) }))}
        />
      </Form.Item>
      <Form.Item name="weekday" label={t("reports.schedule.weekday")} hidden={every !== "weekly"}>
        <Select
          style={{ width: 130 }}
          options={WEEKDAYS.map((value) => ({ value, label: t(`reports.schedule.weekdays.${value}`) }))}
        />
      </Form.Item>
      <Form.Item name="day" label={t("reports.schedule.day")} hidden={every !== "monthly"}>
        <Select style={{ width: 130 }} options={days} />
      </Form.Item>
      <Form.Item
        name="at"
        label={t("reports.schedule.at")}
        rules={[{ required: true, message: t("reports.schedule.needed") }]}
      >
        <Input type="time" style={{ width: 120 }} />
      </Form.Item>
    </Flex>
  );
}

function About() {
  const { t } = useTranslation();
  const { cameras, groups, templates } = useChoices();
  const severities = (["critical", "major", "minor", "info"] as const).map((value) => ({
    value,
    label: t(`severity.${value}`),
  }));
  const select = (name: "group" | "camera" | "template" | "severity", options: { value: string; label: string }[]) => (
    <Form.Item name={name} label={t(`reports.narrow.${name}`)}>
      <Select
        mode="multiple"
        allowClear
        showSearch={{ optionFilterProp: "label" }}
        placeholder={t("reports.any")}
        options={options}
      />
    </Form.Item>
  );
  return (
    <>
      <p>{t("reports.schedule.narrowText")}</p>
      {select("group", groups)}
      {select("camera", cameras)}
      {select("template", templates)}
      {select("severity", severities)}
    </>
  );
}
