import { Form, type FormInstance, Input, InputNumber, Select, Tag, Tooltip, Typography } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { usePreferences } from "../../../app/preferences";
import { useWord } from "../../../words/known";
import { sayTold } from "../../../words/told";
import type { Guess, Said } from "./answers";

const COLOURS = { sure: "green", likely: "default", guess: "orange", unknown: "red" } as const;
const NAMES = ["class_names", "alphabet", "labels"];

interface Props {
  form: FormInstance<Said>;
  guess: Guess;
}

/** The guessed card: each field with how sure it is and why, to be said otherwise. */
export function CardForm({ form, guess }: Props) {
  const { t } = useTranslation();
  const word = useWord();
  const of = (...names: string[]) => guess.fields.find(({ name }) => names.includes(name));
  const input = guess.card?.input;
  const names = of(...NAMES);
  const options = guess.card?.options ?? {};
  return (
    <Form form={form} layout="vertical" requiredMark={false} size="small">
      <Form.Item name="name" label={t("models.field.name")}>
        <Input placeholder={guess.name} maxLength={64} />
      </Form.Item>
      <Form.Item name="family" label={<Label text={t("models.field.family")} field={of("family")} />}>
        <Select
          allowClear
          showSearch
          placeholder={guess.card?.family ?? t("models.choose")}
          options={[...new Set([...guess.others, ...guess.families])].map((value) => ({ value, label: value }))}
        />
      </Form.Item>
      {names && (
        <Form.Item
          name="names"
          label={<Label text={t("models.field.names")} field={names} />}
          extra={t("models.namesText")}
        >
          <Input.TextArea
            autoSize={{ minRows: 2, maxRows: 8 }}
            placeholder={guess.card?.class_names.slice(0, 20).join("\n") || names.value}
          />
        </Form.Item>
      )}
      {of("heads") && (
        <Form.Item name="heads" label={<Label text={t("models.field.heads")} field={of("heads")} />}>
          <Input.TextArea autoSize={{ minRows: 2, maxRows: 8 }} placeholder={t("models.headsExample")} />
        </Form.Item>
      )}
      <Form.Item label={<Label text={t("models.field.size")} field={of("size")} />}>
        <Form.Item name="width" noStyle>
          <InputNumber
            aria-label={t("models.field.width")}
            min={8}
            max={4096}
            placeholder={String(input?.width ?? "")}
          />
        </Form.Item>
        {" × "}
        <Form.Item name="height" noStyle>
          <InputNumber
            aria-label={t("models.field.height")}
            min={8}
            max={4096}
            placeholder={String(input?.height ?? "")}
          />
        </Form.Item>
      </Form.Item>
      <Form.Item name="colour" label={<Label text={t("models.field.colour")} field={of("colour")} />}>
        <Select
          allowClear
          placeholder={input?.colour}
          options={["RGB", "BGR"].map((value) => ({ value, label: value }))}
        />
      </Form.Item>
      <Form.Item name="mean" label={<Label text={t("models.field.mean")} field={of("mean")} />}>
        <Input placeholder={input?.mean.join(", ")} />
      </Form.Item>
      <Form.Item name="std" label={<Label text={t("models.field.std")} field={of("std")} />}>
        <Input placeholder={input?.std.join(", ")} />
      </Form.Item>
      <Form.Item name="fit" label={<Label text={t("models.field.fit")} field={of("fit")} />}>
        <Select
          allowClear
          placeholder={input && word("models.fits", input.fit)}
          options={["letterbox", "stretch"].map((value) => ({ value, label: word("models.fits", value) }))}
        />
      </Form.Item>
      <Form.Item name="licence" label={<Label text={t("models.licence")} field={of("licence")} />}>
        <Input placeholder={word("models.licences", guess.card?.licence ?? "")} maxLength={200} />
      </Form.Item>
      <Form.Item
        name="options"
        label={<Label text={t("models.field.options")} field={of("options")} />}
        extra={t("models.optionsText")}
      >
        <Input.TextArea
          autoSize={{ minRows: 1, maxRows: 6 }}
          placeholder={Object.entries(options)
            .filter(([, value]) => JSON.stringify(value).length < 60)
            .map(([key, value]) => `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`)
            .join("\n")}
        />
      </Form.Item>
    </Form>
  );
}

function Label({ text, field }: { text: string; field: Guess["fields"][number] | undefined }): ReactNode {
  const { t } = useTranslation();
  const { language } = usePreferences();
  if (!field) return text;
  const why = language === "zh" ? sayTold(field, field.why) : field.why;
  return (
    <>
      {text}&nbsp;
      <Tooltip title={why}>
        <Tag color={COLOURS[field.certainty]} style={{ margin: 0 }}>
          {t(`models.certainty.${field.certainty}`)}
        </Tag>
      </Tooltip>
      &nbsp;
      <Typography.Text type="secondary" style={{ fontSize: 12 }} ellipsis>
        {why}
      </Typography.Text>
    </>
  );
}
