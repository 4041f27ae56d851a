import { useQuery } from "@tanstack/react-query";
import { Button, DatePicker, Form, Input, Segmented, Select, Switch } from "antd";
import dayjs from "dayjs";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, data } from "../../api/client";
import { may, usePerson } from "../../app/session";
import { useChoices } from "../../parts/choices";
import { type Filters, filtersOf, HANDLINGS, narrowing, SEVERITIES, VERDICTS } from "./filters";

interface Props {
  filters: Filters;
  onChange: (filters: Filters) => void;
}

/** Which alarms to show. */
export function FilterForm({ filters, onChange }: Props) {
  const { t } = useTranslation();
  const set = (change: Partial<Filters>) => onChange({ ...filters, ...change });
  const { cameras, groups, templates } = useChoices();
  return (
    <Form layout="vertical" component="div" size="middle">
      <Text value={filters.text} onChange={(text) => set({ text })} />
      <When filters={filters} set={set} />
      <Several
        name="severity"
        value={filters.severity}
        onChange={(severity) => set({ severity })}
        options={SEVERITIES.map((value) => ({ value, label: t(`severity.${value}`) }))}
      />
      <Several
        name="handling"
        value={filters.handling}
        onChange={(handling) => set({ handling })}
        options={HANDLINGS.map((value) => ({ value, label: t(`alarms.handling.${value}`) }))}
      />
      <Several
        name="verdict"
        value={filters.verdict}
        onChange={(verdict) => set({ verdict })}
        options={VERDICTS.map((value) => ({ value, label: t(`alarms.verdict.${value}`) }))}
      />
      <Several name="camera" value={filters.camera} onChange={(camera) => set({ camera })} options={cameras} />
      {groups.length > 0 && (
        <Several name="group" value={filters.group} onChange={(group) => set({ group })} options={groups} />
      )}
      <Several
        name="template"
        value={filters.template}
        onChange={(template) => set({ template })}
        options={templates}
      />
      <AssigneeFilter value={filters.assignee} onChange={(assignee) => set({ assignee })} />
      <Form.Item
        label={t("alarms.filter.quiet")}
        htmlFor="alarm-quiet"
        tooltip={t("alarms.filter.quietHint")}
        layout="horizontal"
      >
        <Switch id="alarm-quiet" checked={filters.quiet} onChange={(quiet) => set({ quiet })} />
      </Form.Item>
      {narrowing(filters) > 0 && (
        <Button block onClick={() => onChange(filtersOf(new URLSearchParams()))}>
          {t("alarms.clear")}
        </Button>
      )}
    </Form>
  );
}

interface SeveralProps<Value extends string> {
  name: "severity" | "handling" | "verdict" | "camera" | "group" | "template";
  value: Value[];
  options: { value: Value; label: string }[];
  onChange: (value: Value[]) => void;
}

function Several<Value extends string>({ name, value, options, onChange }: SeveralProps<Value>) {
  const { t } = useTranslation();
  return (
    <Form.Item label={t(`alarms.filter.${name}`)} htmlFor={`alarm-${name}`}>
      <Select
        id={`alarm-${name}`}
        mode="multiple"
        allowClear
        showSearch={{ optionFilterProp: "label" }}
        maxTagCount="responsive"
        placeholder={t("alarms.filter.any")}
        value={value}
        options={options}
        onChange={onChange}
      />
    </Form.Item>
  );
}

const TYPED_MS = 350;

function Text({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const { t } = useTranslation();
  const [typed, type] = useState(value);
  useEffect(() => type(value), [value]);
  useEffect(() => {
    if (typed === value) return;
    const timer = setTimeout(() => onChange(typed), TYPED_MS);
    return () => clearTimeout(timer);
  });
  return (
    <Form.Item label={t("alarms.filter.text")} htmlFor="alarm-text">
      <Input
        id="alarm-text"
        type="search"
        allowClear
        maxLength={100}
        placeholder={t("alarms.filter.textHint")}
        value={typed}
        onChange={(event) => type(event.target.value)}
        onKeyDown={(event) => event.key === "Escape" && event.currentTarget.blur()}
      />
    </Form.Item>
  );
}

const SPANS = { hour: 1, day: 24, week: 168 } as const;
type SpanName = keyof typeof SPANS;

function When({ filters, set }: { filters: Filters; set: (change: Partial<Filters>) => void }) {
  const { t } = useTranslation();
  const last = (name: SpanName) =>
    set({ since: dayjs().subtract(SPANS[name], "hour").toISOString(), until: undefined });
  const spans = (Object.keys(SPANS) as SpanName[]).map((value) => ({ value, label: t(`alarms.filter.${value}`) }));
  const hours = filters.since && !filters.until ? dayjs().diff(filters.since, "hour", true) : 0;
  const current = (Object.keys(SPANS) as SpanName[]).find((name) => Math.abs(hours - SPANS[name]) < 0.02);
  const picker = (name: "since" | "until") => (
    <DatePicker
      id={`alarm-${name}`}
      aria-label={`${t("alarms.filter.when")} ${name === "since" ? "≥" : "<"}`}
      showTime={{ format: "HH:mm" }}
      format="YYYY-MM-DD HH:mm"
      placeholder={t("alarms.filter.any")}
      prefix={name === "since" ? "≥" : "<"}
      style={{ width: "100%", marginTop: 4 }}
      value={filters[name] ? dayjs(filters[name]) : null}
      onChange={(moment) => set({ [name]: moment?.toISOString() })}
    />
  );
  return (
    <Form.Item label={t("alarms.filter.when")} htmlFor="alarm-since">
      <Segmented<SpanName | "any">
        block
        aria-label={t("alarms.filter.last")}
        options={[{ value: "any", label: t("alarms.filter.any") }, ...spans]}
        value={current ?? "any"}
        onChange={(name) => (name === "any" ? set({ since: undefined, until: undefined }) : last(name))}
      />
      {picker("since")}
      {picker("until")}
    </Form.Item>
  );
}

function AssigneeFilter({ value, onChange }: { value?: string; onChange: (value?: string) => void }) {
  const { t } = useTranslation();
  const person = usePerson();
  const people = usePeople();
  if (!may(person.role, "operator")) return null;
  const options = people.map(({ id, name }) => ({
    value: id,
    label: id === person.id ? t("alarms.filter.me", { name }) : name,
  }));
  return (
    <Form.Item label={t("alarms.filter.assignee")} htmlFor="alarm-assignee">
      <Select
        id="alarm-assignee"
        allowClear
        showSearch={{ optionFilterProp: "label" }}
        placeholder={t("alarms.filter.any")}
        value={value}
        options={options}
        onChange={(chosen?: string) => onChange(chosen)}
      />
    </Form.Item>
  );
}

/** To whom alarms may be given; nobody, for those who may not give them. */
export function usePeople() {
  const enabled = may(usePerson().role, "operator");
  const people = useQuery({
    queryKey: ["assignees"],
    queryFn: () => data(api.GET("/api/v1/alarms/assignees")),
    enabled,
  });
  return people.data ?? [];
}
