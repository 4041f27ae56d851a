import { EditOutlined } from "@ant-design/icons";
import { AutoComplete, Button, Flex, InputNumber, Select, Space } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useFallback } from "../../parts/fields/Control";
import { Field } from "../../parts/fields/Field";
import { namesIn } from "../../parts/fields/names";
import type { Setting } from "../../parts/fields/setting";
import type { TaughtPlace } from "../../parts/states";
import { useNaming } from "../../words/naming";
import type { Problem } from "./data";
import type { Kind } from "./document";

/** What a field may be chosen from. */
export interface Offer {
  labels: string[];
  attributes: string[];
  zones: string[];
  lines: string[];
  /** The places whose states the host was taught. */
  taught: TaughtPlace[];
  /** Draw a zone or line for a setting, beside those that it has. */
  draw: (kind: Kind, setting: string) => void;
}

interface Props {
  id: string;
  /** Of the setting, in the document. */
  name: string;
  setting: Setting;
  value: unknown;
  offer: Offer;
  /** What the server says is wrong with it. */
  problems: Problem[];
  onChange: (value: unknown) => void;
}

/** One setting of an alarm: as any other, or chosen from what the picture and the model offer. */
export function RuleField({ id, name, setting, value, offer, problems, onChange }: Props) {
  const Special = SPECIAL[setting.kind] ?? (isTaught(name, setting) ? TaughtControl : undefined);
  return (
    <Field {...{ id, setting, value, problems, onChange }}>
      {Special && <Special {...{ id, name, setting, value, offer, onChange }} />}
    </Field>
  );
}

type ControlProps = Omit<Props, "problems">;

const SPECIAL: Partial<Record<Setting["kind"], (props: ControlProps) => ReactNode>> = {
  labels: LabelsControl,
  attribute: AttributeControl,
  zone: PlaceControl,
  line: PlaceControl,
  box: BoxControl,
};

/** The one setting whose name tells what it is: the model of a rule about states is a place that was taught. */
const isTaught = (name: string, { kind }: Setting) => name === "model" && kind === "word";

function TaughtControl({ id, value, offer, onChange }: ControlProps) {
  const { t } = useTranslation();
  return (
    <>
      <AutoComplete
        id={id}
        value={String(value ?? "")}
        options={offer.taught.map(({ name, states }) => ({
          value: name,
          label: `${name} (${Object.keys(states).join(", ")})`,
        }))}
        onChange={(place: string) => onChange(place || undefined)}
      />
      <Link to="/models?part=states">{t("rules.field.teach")}</Link>
    </>
  );
}

function LabelsControl({ id, setting, value, offer, onChange }: ControlProps) {
  const fallback = useFallback(setting);
  const { name } = useNaming();
  return (
    <Select
      id={id}
      mode="multiple"
      allowClear
      showSearch={{ optionFilterProp: ["label", "value"] }}
      value={namesIn(value)}
      placeholder={fallback}
      options={labelsOf(offer.labels, namesIn(value)).map((label) => ({ value: label, label: name(label) }))}
      onChange={(labels) => onChange(labels.length ? labels : undefined)}
    />
  );
}

/** Those that may be chosen, and those that were, though the model of now has them not. */
const labelsOf = (known: string[], chosen: string[]) => [...new Set([...known, ...chosen])];

function AttributeControl({ id, setting, value, offer, onChange }: ControlProps) {
  const naming = useNaming();
  return (
    <AutoComplete
      id={id}
      value={String(value ?? setting.default ?? "")}
      options={offer.attributes.map((attribute) => ({ value: attribute, label: naming.attribute(attribute) }))}
      onChange={(attribute) => onChange(attribute || undefined)}
    />
  );
}

function PlaceControl({ id, name, setting, value, offer, onChange }: ControlProps) {
  const { t } = useTranslation();
  const kind: Kind = setting.kind === "line" ? "line" : "zone";
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
