import { Input, InputNumber, Select, Switch } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useWord } from "../../words/known";
import { namesIn } from "./names";
import { PairsInput } from "./PairsInput";
import { SecretInput } from "./SecretInput";
import type { Setting } from "./setting";

export interface ControlProps {
  id: string;
  setting: Setting;
  value: unknown;
  onChange: (value: unknown) => void;
}

const CONTROLS: Partial<Record<Setting["kind"], (props: ControlProps) => ReactNode>> = {
  number: NumberControl,
  integer: NumberControl,
  switch: SwitchControl,
  choice: ChoiceControl,
  words: WordsControl,
  text: TextControl,
  secret: SecretControl,
  pairs: PairsControl,
};

/** What a setting is set with, by its kind; what is not known here is a word. */
export function Control(props: ControlProps) {
  const Kind = CONTROLS[props.setting.kind] ?? WordControl;
  return <Kind {...props} />;
}

/** What holds if nothing is given. */
export function useFallback({ default: fallback }: Setting): string {
  const { t } = useTranslation();
  return fallback === null || fallback === undefined ? t("fields.all") : String(fallback);
}

function NumberControl({ id, setting, value, onChange }: ControlProps) {
  const word = useWord();
  const fallback = setting.default as number | null | undefined;
  const { t } = useTranslation();
  return (
    <InputNumber
      id={id}
      style={{ width: "100%" }}
      value={(value ?? fallback ?? null) as number | null}
      min={setting.minimum ?? undefined}
      max={setting.maximum ?? undefined}
      precision={setting.kind === "integer" ? 0 : undefined}
      step={stepOf(setting)}
      placeholder={fallback === undefined || fallback === null ? t("fields.none") : String(fallback)}
      suffix={setting.unit ? word("fields.units", setting.unit) : undefined}
      onChange={(next) => onChange(next ?? undefined)}
    />
  );
}

function stepOf({ kind, maximum }: Setting): number {
  return kind === "integer" || (maximum ?? 100) > 10 ? 1 : 0.05;
}

function SwitchControl({ id, setting, value, onChange }: ControlProps) {
  return <Switch id={id} checked={Boolean(value ?? setting.default)} onChange={onChange} />;
}

function ChoiceControl({ id, setting, value, onChange }: ControlProps) {
  const word = useWord();
  const options = setting.choices.map((choice) => ({ value: choice, label: word("fields.choices", choice) }));
  return <Select id={id} value={value ?? setting.default} options={options} onChange={onChange} />;
}

function WordControl({ id, setting, value, onChange }: ControlProps) {
  return (
    <Input
      id={id}
      type={setting.kind === "time" ? "time" : "text"}
      autoComplete="off"
      value={String(value ?? setting.default ?? "")}
      onChange={({ target }) => onChange(target.value || undefined)}
    />
  );
}

const SEPARATORS = [",", "，", ";", "；", "\n"];

function WordsControl({ id, setting, value, onChange }: ControlProps) {
  const fallback = useFallback(setting);
  return (
    <Select
      id={id}
      mode="tags"
      open={false}
      suffixIcon={null}
      tokenSeparators={SEPARATORS}
      value={namesIn(value ?? setting.default)}
      placeholder={setting.optional ? fallback : undefined}
      onChange={(words) => onChange(words.length ? words.map((one) => one.trim()) : undefined)}
    />
  );
}

function TextControl({ id, setting, value, onChange }: ControlProps) {
  return (
    <Input.TextArea
      id={id}
      autoSize={{ minRows: 2, maxRows: 8 }}
      value={String(value ?? setting.default ?? "")}
      onChange={({ target }) => onChange(target.value || undefined)}
    />
  );
}

function SecretControl({ id, value, onChange }: ControlProps) {
  return <SecretInput id={id} value={String(value ?? "")} onChange={onChange} />;
}

function PairsControl({ id, setting, value, onChange }: ControlProps) {
  const pairs = (value ?? setting.default ?? {}) as Record<string, string>;
  return <PairsInput id={id} label={setting.label} offers={setting.offers} value={pairs} onChange={onChange} />;
}
