import { EditOutlined } from "@ant-design/icons";
import { AutoComplete, Button, Flex, Form, Input, InputNumber, Select, Space, Switch } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../../api/client";
import { usePreferences } from "../../app/preferences";
import { useWord } from "../../words/known";
import { type Kind, namesIn } from "./document";
import { wrongWith } from "./problems";

type Parameter = Schemas["Parameter"];

/** What a field may be chosen from. */
export interface Offer {
  labels: string[];
  attributes: string[];
  zones: string[];
  lines: string[];
  /** Draw a zone or line for a setting, beside those that it has. */
  draw: (kind: Kind, setting: string) => void;
}

interface Props {
  id: string;
  /** Of the setting, in the document. */
  name: string;
  parameter: Parameter;
  value: unknown;
  offer: Offer;
  /** What the server says is wrong with it. */
  problems: string[];
  onChange: (value: unknown) => void;
}

/** One setting of an alarm: its label, its control, and what is wrong with it. */
export function Field({ id, name, parameter, value, offer, problems, onChange }: Props) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const wrong = wrongWith(parameter, value);
  const said = wrong ? [wrong.is === "needed" ? t("rules.field.needed") : t("rules.field.bounds", wrong)] : problems;
  const needed = !parameter.optional && (parameter.default ?? null) === null;
  return (
    <Form.Item
      label={parameter.description[language]}
      htmlFor={id}
      required={needed}
      validateStatus={said.length ? "error" : undefined}
      help={said.length ? said.join(" · ") : undefined}
      style={{ marginBottom: 12 }}
    >
      <Control {...{ id, name, parameter, value, offer, onChange }} />
    </Form.Item>
  );
}

type ControlProps = Omit<Props, "problems">;

const CONTROLS: Record<Parameter["kind"], (props: ControlProps) => ReactNode> = {
  number: NumberControl,
  integer: NumberControl,
  switch: SwitchControl,
  choice: ChoiceControl,
  word: WordControl,
  time: WordControl,
  words: WordsControl,
  labels: LabelsControl,
  attribute: AttributeControl,
  zone: PlaceControl,
  line: PlaceControl,
  box: BoxControl,
};

function Control(props: ControlProps) {
  const Kind = CONTROLS[props.parameter.kind] ?? WordControl;
  return <Kind {...props} />;
}

/** What holds if nothing is given. */
function useFallback({ default: fallback }: Parameter): string {
  const { t } = useTranslation();
  return fallback === null || fallback === undefined ? t("rules.field.all") : String(fallback);
}

function NumberControl({ id, parameter, value, onChange }: ControlProps) {
  const word = useWord();
  const fallback = parameter.default as number | null | undefined;
  const { t } = useTranslation();
  return (
    <InputNumber
      id={id}
      style={{ width: "100%" }}
      value={(value ?? fallback ?? null) as number | null}
      min={parameter.minimum ?? undefined}
      max={parameter.maximum ?? undefined}
      precision={parameter.kind === "integer" ? 0 : undefined}
      step={stepOf(parameter)}
      placeholder={fallback === undefined || fallback === null ? t("rules.field.none") : String(fallback)}
      suffix={parameter.unit ? word("rules.units", parameter.unit) : undefined}
      onChange={(next) => onChange(next ?? undefined)}
    />
  );
}

function stepOf({ kind, maximum }: Parameter): number {
  return kind === "integer" || (maximum ?? 100) > 10 ? 1 : 0.05;
}

function SwitchControl({ id, parameter, value, onChange }: ControlProps) {
  return <Switch id={id} checked={Boolean(value ?? parameter.default)} onChange={onChange} />;
}

function ChoiceControl({ id, parameter, value, onChange }: ControlProps) {
  const word = useWord();
  const options = parameter.choices.map((choice) => ({ value: choice, label: word("rules.choices", choice) }));
  return <Select id={id} value={value ?? parameter.default} options={options} onChange={onChange} />;
}

function WordControl({ id, parameter, value, onChange }: ControlProps) {
  return (
    <Input
      id={id}
      type={parameter.kind === "time" ? "time" : "text"}
      value={String(value ?? parameter.default ?? "")}
      onChange={({ target }) => onChange(target.value || undefined)}
    />
  );
}

function WordsControl({ id, parameter, value, onChange }: ControlProps) {
  const fallback = useFallback(parameter);
  return (
    <Select
      id={id}
      mode="tags"
      value={namesIn(value ?? parameter.default)}
      placeholder={fallback}
      onChange={(words) => onChange(words.length ? words : undefined)}
    />
  );
}

function LabelsControl({ id, parameter, value, offer, onChange }: ControlProps) {
  const fallback = useFallback(parameter);
  return (
    <Select
      id={id}
      mode="multiple"
      allowClear
      value={namesIn(value)}
      placeholder={fallback}
      options={offer.labels.map((label) => ({ value: label, label }))}
      onChange={(labels) => onChange(labels.length ? labels : undefined)}
    />
  );
}

function AttributeControl({ id, parameter, value, offer, onChange }: ControlProps) {
  return (
    <AutoComplete
      id={id}
      value={String(value ?? parameter.default ?? "")}
      options={offer.attributes.map((attribute) => ({ value: attribute }))}
      onChange={(attribute) => onChange(attribute || undefined)}
    />
  );
}

function PlaceControl({ id, name, parameter, value, offer, onChange }: ControlProps) {
  const { t } = useTranslation();
  const kind: Kind = parameter.kind === "line" ? "line" : "zone";
  const names = namesIn(value);
  const set = (next: string[]) => onChange(next.length > 1 ? next : next[0]);
  return (
    <Flex gap={8}>
      <Select
        id={id}
        mode="multiple"
        style={{ flex: 1, minWidth: 0 }}
        value={names}
        placeholder={t(`rules.field.choose.${kind}`)}
        options={(kind === "zone" ? offer.zones : offer.lines).map((one) => ({ value: one, label: one }))}
        onChange={set}
      />
      <Button icon={<EditOutlined />} onClick={() => offer.draw(kind, name)}>
        {t("rules.field.draw")}
      </Button>
    </Flex>
  );
}

const CORNERS = ["x0", "y0", "x1", "y1"] as const;

function BoxControl({ id, value, onChange }: ControlProps) {
  const corners = Array.isArray(value) ? (value as (number | null)[]) : [null, null, null, null];
  const set = (at: number, corner: number | null) => {
    const next = corners.map((one, place) => (place === at ? corner : one));
    onChange(next.every((one) => one === null) ? undefined : next);
  };
  return (
    <Space.Compact block>
      {CORNERS.map((name, at) => (
        <InputNumber
          key={name}
          id={at === 0 ? id : undefined}
          aria-label={name}
          prefix={name}
          min={0}
          max={1}
          step={0.01}
          value={corners[at] ?? null}
          onChange={(corner) => set(at, corner)}
        />
      ))}
    </Space.Compact>
  );
}
