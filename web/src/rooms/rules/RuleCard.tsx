import { DeleteOutlined } from "@ant-design/icons";
import { Alert, Button, Card, Collapse, Flex, Form, Popconfirm, Switch, Tag, Tooltip, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { usePreferences } from "../../app/preferences";
import { type Template } from "../../parts/cameras/queries";
import { namesIn } from "../../parts/fields/names";
import { otherProblems, problemsAt } from "../../parts/fields/problems";
import type { Setting } from "../../parts/fields/setting";
import { useProblemWords } from "../../parts/fields/useProblems";
import { DAYS, type Span } from "../../parts/week/spans";
import { WeekGrid } from "../../parts/week/WeekGrid";
import { type Problem } from "./data";
import type { Alarm } from "./document";
import { GENERAL, type General, generalOf } from "./general";
import { type Offer, RuleField } from "./RuleField";
import styles from "./rules.module.css";

interface Props {
  at: number;
  alarm: Alarm;
  template: Template | undefined;
  open: boolean;
  offer: Offer;
  problems: Problem[];
  onOpen: (open: boolean) => void;
  onChange: (settings: Record<string, unknown>, key: string) => void;
  onRemove: () => void;
}

/** An alarm of a task: what it is, where, on or off; open, its settings. */
export function RuleCard({ at, alarm, template, open, offer, problems, onOpen, onChange, onRemove }: Props) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const title = template?.title[language] ?? alarm.template;
  const mine = problemsAt(problems, ["alarms", at]);
  return (
    <Card
      size="small"
      style={{ marginBottom: 8 }}
      styles={{ header: { paddingInline: 12 }, body: { padding: open ? 12 : "4px 12px 8px" } }}
      title={
        <Button
          type="text"
          aria-expanded={open}
          style={{ paddingInline: 4, fontWeight: 600 }}
          onClick={() => onOpen(!open)}
        >
          {alarm.id ? `${title} · ${alarm.id}` : title}
        </Button>
      }
      extra={
        <Flex gap={8} align="center">
          {mine.length > 0 && <Tag color="error">{t("rules.problems", { count: mine.length })}</Tag>}
          <Tooltip title={t("rules.armed")}>
            <Switch
              size="small"
              aria-label={t("rules.armedOf", { name: title })}
              checked={alarm.armed !== false}
              onChange={(on) => onChange({ armed: on ? undefined : false }, "")}
            />
          </Tooltip>
          <Popconfirm title={t("rules.removeRule")} onConfirm={onRemove} okText={t("rules.remove")}>
            <Button
              type="text"
              size="small"
              icon={<DeleteOutlined />}
              aria-label={t("rules.removeOf", { name: title })}
            />
          </Popconfirm>
        </Flex>
      }
    >
      {open && template ? (
        <Settings {...{ at, alarm, template, offer, problems, onChange }} />
      ) : (
        <Typography.Text type="secondary">{<Summary {...{ alarm, template }} />}</Typography.Text>
      )}
      {!template && <Alert type="warning" title={t("rules.unknownTemplate", { name: alarm.template })} />}
    </Card>
  );
}

function Summary({ alarm, template }: Pick<Props, "alarm" | "template">) {
  const { t } = useTranslation();
  const parameters = Object.entries(template?.parameters ?? {});
  const places = parameters
    .filter(([, { kind }]) => kind === "zone" || kind === "line")
    .flatMap(([key]) => namesIn(alarm[key]));
  const times = parameters
    .filter(([key, { unit }]) => unit === "s" && typeof alarm[key] === "number")
    .map(([key]) => `${String(alarm[key])} s`);
  const told = [...places, ...times, ...(alarm.armed === false ? [t("rules.disarmed")] : [])];
  return <>{told.join(" · ") || t("rules.wholePicture")}</>;
}

type SettingsProps = Pick<Props, "at" | "alarm" | "offer" | "problems" | "onChange"> & { template: Template };

function Settings({ at, alarm, template, offer, problems, onChange }: SettingsProps) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const words = useProblemWords();
  const labels = Object.fromEntries(GENERAL.map((key) => [key, t(`rules.general.${key}`)])) as Record<General, string>;
  const own = Object.entries(template.parameters).map(([key, parameter]): [string, Setting] => [
    key,
    { ...parameter, label: parameter.description[language] },
  ]);
  const general = generalOf(template.form, template.severity, labels);
  const [first, ...more] = general;
  const known = [...own, ...general].map(([key]) => key);
  const others = otherProblems(problems, ["alarms", at], known);
  const field = ([key, setting]: [string, Setting]) => (
    <RuleField
      key={key}
      id={`rule-${at}-${key}`}
      name={key}
      setting={setting}
      value={alarm[key]}
      offer={offer}
      problems={problemsAt(problems, ["alarms", at, key])}
      onChange={(value) => onChange({ [key]: value }, `rule-${at}-${key}`)}
    />
  );
  return (
    <Form layout="vertical" component="div" size="middle">
      <Typography.Paragraph type="secondary">{template.description[language]}</Typography.Paragraph>
      {words(others).map((text) => (
        <Alert key={text} type="error" title={text} style={{ marginBottom: 8 }} />
      ))}
      <div className={styles.fields}>
        {own.map(field)}
        {first && field(first)}
      </div>
      <Collapse
        ghost
        size="small"
        items={[
          { key: "more", label: t("rules.more"), children: <div className={styles.fields}>{more.map(field)}</div> },
          { key: "week", label: t("rules.when"), children: <AlarmWeek {...{ alarm, at, onChange }} /> },
          ...(template.advice
            ? [
                {
                  key: "advice",
                  label: t("rules.advice"),
                  children: <p style={{ margin: 0 }}>{template.advice[language]}</p>,
                },
              ]
            : []),
        ]}
      />
    </Form>
  );
}

const PAINTABLE = new Set<string>(DAYS);

function AlarmWeek({ alarm, onChange }: Pick<Props, "alarm" | "onChange" | "at">) {
  const { t } = useTranslation();
  const kept = (Array.isArray(alarm.schedule) ? alarm.schedule : []) as Partial<Span>[];
  const spans = kept.map(({ days = [...DAYS], start = "00:00", end = "00:00" }) => ({ days, start, end }));
  if (spans.some(({ days }) => days.some((day) => !PAINTABLE.has(day)))) {
    return <Alert type="info" title={t("rules.holidays")} />;
  }
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const timezone = typeof alarm.timezone === "string" ? alarm.timezone : here;
  const set = (next: Span[]) =>
    onChange(next.length ? { schedule: next, timezone } : { schedule: undefined, timezone: undefined }, "");
  return (
    <>
      <WeekGrid label={t("rules.when")} value={spans} onChange={set} />
      <Typography.Text type="secondary">{t("rules.clock", { timezone })}</Typography.Text>
    </>
  );
}
