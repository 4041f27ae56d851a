import { Alert, Button, Card, Flex, Form, Input, Typography } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { prefer, usePreferences } from "../../app/preferences";

/** The card in the middle of an otherwise empty page. */
export function Door({ title, text, children }: { title: string; text?: string; children: ReactNode }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  return (
    <Flex component="main" justify="center" align="center" style={{ minHeight: "100dvh", padding: 16 }}>
      <Card style={{ width: 360 }}>
        <Flex justify="space-between" align="center" style={{ marginBottom: 16 }}>
          <Flex gap={8} align="center">
            <img src="/mark.svg" alt="" width={28} height={28} />
            <strong>Camloom</strong>
          </Flex>
          <Button type="text" onClick={() => prefer({ language: language === "zh" ? "en" : "zh" })}>
            {t("shell.language")}
          </Button>
        </Flex>
        <Typography.Title level={1} style={{ fontSize: 20 }}>
          {title}
        </Typography.Title>
        {text && <Typography.Paragraph type="secondary">{text}</Typography.Paragraph>}
        {children}
      </Card>
    </Flex>
  );
}

interface AccountFormProps {
  button: string;
  twice: boolean;
  named?: boolean;
  busy: boolean;
  error: string | undefined;
  onDone: (values: { name: string; password: string }) => void;
}

/** Name and password; a new password twice; without a name where it is known whose it is. */
export function AccountForm({ button, twice, named = true, busy, error, onDone }: AccountFormProps) {
  const { t } = useTranslation();
  const needed = [{ required: true, message: t("entrance.needed") }];
  return (
    <Form layout="vertical" requiredMark={false} onFinish={onDone}>
      {named && (
        <Form.Item name="name" label={t("entrance.name")} rules={needed}>
          <Input autoComplete="username" autoFocus />
        </Form.Item>
      )}
      <Form.Item name="password" label={t("entrance.password")} extra={twice && t("entrance.long")} rules={needed}>
        <Input.Password autoComplete={twice ? "new-password" : "current-password"} autoFocus={!named} />
      </Form.Item>
      {twice && (
        <Form.Item
          name="again"
          label={t("entrance.again")}
          dependencies={["password"]}
          rules={[
            ...needed,
            ({ getFieldValue }) => ({
              validator: (_, value) =>
                value === getFieldValue("password") ? Promise.resolve() : Promise.reject(t("entrance.differ")),
            }),
          ]}
        >
          <Input.Password autoComplete="new-password" />
        </Form.Item>
      )}
      {error && <Alert type="error" title={error} style={{ marginBottom: 16 }} role="alert" />}
      <Button type="primary" htmlType="submit" block loading={busy}>
        {button}
      </Button>
    </Form>
  );
}
