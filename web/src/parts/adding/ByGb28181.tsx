import { Button, Form, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Draft } from "./draft";

interface Values {
  device: string;
  channel?: string;
  stream?: "main" | "sub";
}

const NUMBER = /^\d{20}$/;

/** A channel of a device that registers here by GB/T 28181. */
export function ByGb28181({ onDraft }: { onDraft: (draft: Draft) => void }) {
  const { t } = useTranslation();
  const done = ({ device, channel, stream }: Values) =>
    onDraft({
      url: `gb28181://${[device, channel].filter(Boolean).join("/")}`,
      options: stream ? { stream } : {},
      name: "",
    });
  const number = { pattern: NUMBER, message: t("adding.gbNumber") };
  return (
    <Form<Values> layout="vertical" requiredMark={false} onFinish={done} style={{ maxWidth: 560 }}>
      <p>{t("adding.gbHelp")}</p>
      <Form.Item
        name="device"
        label={t("adding.gbDevice")}
        rules={[{ required: true, message: t("adding.needed") }, number]}
      >
        <Input inputMode="numeric" autoComplete="off" placeholder="34020000001320000001" />
      </Form.Item>
      <Form.Item name="channel" label={t("adding.gbChannel")} extra={t("adding.gbChannelHelp")} rules={[number]}>
        <Input inputMode="numeric" autoComplete="off" placeholder="34020000001310000001" />
      </Form.Item>
      <Form.Item name="stream" label={t("adding.gbStream")}>
        <Select
          allowClear
          placeholder={t("adding.automatic")}
          options={(["main", "sub"] as const).map((value) => ({ value, label: t(`adding.streams.${value}`) }))}
        />
      </Form.Item>
      <Button type="primary" htmlType="submit">
        {t("adding.look")}
      </Button>
    </Form>
  );
}
