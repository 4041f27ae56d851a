import { Alert, Form, Select } from "antd";
import { useTranslation } from "react-i18next";
import { type Choice, useChoices } from "../../parts/choices";
import { fitsGrid, type Span } from "../../parts/week/spans";
import { WeekGrid } from "../../parts/week/WeekGrid";
import type { MatchDraft } from "./matching";

const SEVERITIES = ["critical", "major", "minor", "info"] as const;

/** The severities, to be chosen from. */
export function useSeverities() {
  const { t } = useTranslation();
  return SEVERITIES.map((value) => ({ value, label: t(`severity.${value}`) }));
}

/** Which alarms: fields of a form that holds a `MatchDraft`. */
export function MatchFields() {
  const { t } = useTranslation();
  const severities = useSeverities();
  const choices = useChoices();
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
