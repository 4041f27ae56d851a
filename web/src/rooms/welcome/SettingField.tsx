import { Form, InputNumber, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../../api/client";
import { usePreferences } from "../../app/preferences";

/** One thing that a template must be told. */
export function SettingField({ name, parameter }: { name: string; parameter: Schemas["Parameter"] }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const { kind, choices, unit, minimum, maximum, description } = parameter;
  return (
    <Form.Item name={name} label={description[language]} rules={[{ required: true, message: t("adding.needed") }]}>
      {kind === "choice" ? (
        <Select style={{ maxWidth: 320 }} options={choices.map((value) => ({ value, label: value }))} />
      ) : (
        <InputNumber
          style={{ width: 200 }}
          min={minimum ?? undefined}
          max={maximum ?? undefined}
          precision={kind === "integer" ? 0 : undefined}
          suffix={unit}
        />
      )}
    </Form.Item>
  );
}
