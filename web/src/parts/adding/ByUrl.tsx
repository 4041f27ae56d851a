import { Button, Collapse, Form, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import { withLogin } from "../cameras/camera";
import type { Draft } from "./draft";

interface Values {
  url: string;
  user?: string;
  password?: string;
  main_url?: string;
  transport?: "tcp" | "udp";
}

/** A camera by the address of its stream. */
export function ByUrl({ onDraft }: { onDraft: (draft: Draft) => void }) {
  const { t } = useTranslation();
  const done = ({ url, user = "", password = "", main_url, transport }: Values) => {
    const full = (address: string) => withLogin(address.trim(), user, password);
    onDraft({
      url: full(url),
      options: transport ? { transport } : {},
      main_url: main_url?.trim() ? full(main_url) : undefined,
      name: "",
    });
  };
  return (
    <Form<Values> layout="vertical" requiredMark={false} onFinish={done} style={{ maxWidth: 560 }}>
      <Form.Item
        name="url"
        label={t("adding.url")}
        extra={t("adding.urlHelp")}
        rules={[{ required: true, whitespace: true, message: t("adding.needed") }]}
      >
        <Input
          autoFocus
          inputMode="url"
          placeholder="rtsp://192.168.1.64/stream1"
          autoComplete="off"
          spellCheck={false}
        />
      </Form.Item>
      <Form.Item name="user" label={t("adding.user")}>
        <Input autoComplete="off" />
      </Form.Item>
      <Form.Item name="password" label={t("adding.password")} extra={t("adding.passwordHelp")}>
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Collapse
        ghost
        style={{ marginBottom: 16 }}
        items={[{ key: "more", label: t("adding.more"), forceRender: true, children: <More /> }]}
      />
      <Button type="primary" htmlType="submit">
        {t("adding.look")}
      </Button>
    </Form>
  );
}

function More() {
  const { t } = useTranslation();
  return (
    <>
      <Form.Item name="main_url" label={t("adding.mainUrl")} extra={t("adding.mainUrlHelp")}>
        <Input inputMode="url" autoComplete="off" spellCheck={false} />
      </Form.Item>
      <Form.Item name="transport" label={t("adding.transport")}>
        <Select
          allowClear
          placeholder={t("adding.automatic")}
          options={["tcp", "udp"].map((value) => ({ value, label: value.toUpperCase() }))}
        />
      </Form.Item>
    </>
  );
}
