import { Alert, Form, Select } from "antd";
import { useTranslation } from "react-i18next";
import { type Choice, useChoices } from "../../parts/choices";
import { fitsGrid, type Span } from "../../parts/week/spans";
import { WeekGrid } from "../../parts/week/WeekGrid";
import { useWord } from "../../words/known";
import type { MatchDraft } from "./matching";

const SEVERITIES = ["critical", "major", "minor", "info"] as const;

/** The severities, to be chosen from. */
export function useSeverities() {
  const { t } = useTranslation();
  return SEVERITIES.map((value) => ({ value, label: t(`severity.${value}`) }));
}

/** Types of events that are no template of a rule, and that policies are about all the same. */
const TYPES = [
  ...["camera", "source.offline", "source.degraded", "source.disabled", "device.failed"],
  ...["counting", "occupancy.changed", "camera_alerts.online"],
];

/** What can be chosen from, the events of cameras and counters too. */
export function useMatchChoices(): ReturnType<typeof useChoices> {
  const word = useWord();
  const choices = useChoices();
  const known = new Set(choices.templates.map(({ value }) => value));
  const types = TYPES.filter((type) => !known.has(type));
  const more = types.map((value) => ({ value, label: word("settings.match.types", value.replace(".", "_")) }));
  return { ...choices, templates: [...choices.templates, ...more] };
}

/** Which alarms: fields of a form that holds a `MatchDraft`. */
export function MatchFields() {
  const { t } = useTranslation();
  const severities = useSeverities();
  const choices = useMatchChoices();
  const several = (name: Exclude<keyof MatchDraft, "week">, options: Choice[]) => (
    <Form.Item name={name} label={t(`settings.match.${name}`)}>
      <Select
        mode={name === "templates" ? "tags" : "multiple"}
        allowClear
        showSearch={{ optionFilterProp: "label" }}
        placeholder={t("settings.match.any")}
        options={options}
      />
    </Form.Item>
  );
  return (
    <>
      {several("templates", choices.templates)}
      {several("severities", severities)}
      {several("groups", choices.groups)}
      {several("cameras", choices.cameras)}
    </>
  );
}

interface WeekProps {
  name: "week" | "quiet";
  label: string;
  extra: string;
  /** As it was when it was opened. */
  before: Span[] | undefined;
}

/** Times of a week, as a field of a form. */
export function WeekField({ name, label, extra, before = [] }: WeekProps) {
  const { t } = useTranslation();
  return (
    <>
      {!fitsGrid(before) && (
        <Alert type="info" showIcon title={t("settings.match.rough")} style={{ marginBottom: 8 }} />
      )}
      <Form.Item name={name} label={label} extra={extra}>
        <WeekGrid label={label} nothing={name === "quiet" ? "never" : "always"} />
      </Form.Item>
    </>
  );
}
