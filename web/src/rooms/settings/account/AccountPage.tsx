import { useQueryClient } from "@tanstack/react-query";
import { Button, Form, Input, Segmented } from "antd";
import { useTranslation } from "react-i18next";
import { api, data } from "../../../api/client";
import { type Language, prefer, usePreferences } from "../../../app/preferences";
import { usePerson } from "../../../app/session";
import { Panel } from "../Panel";
import { useChange } from "../useChange";
import { SessionsPanel } from "./SessionsPanel";

/** What is one's own: password, language, sessions. */
export default function AccountPage() {
  const { t } = useTranslation();
  const { name, role, hasPassword } = usePerson();
  return (
    <>
      <Panel title={name} text={t(`settings.role.${role}`)}>
        <LanguageChoice />
      </Panel>
      {hasPassword && <PasswordPanel />}
      <SessionsPanel />
    </>
  );
}

const LANGUAGES: { value: Language; label: string }[] = [
  { value: "zh", label: "中文" },
  { value: "en", label: "English" },
];

function LanguageChoice() {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const client = useQueryClient();
  const save = useChange((next: Language) => data(api.PATCH("/api/v1/me", { body: { language: next } })), {
    keys: [],
    onSuccess: (me) => client.setQueryData(["me"], me),
  });
  const choose = (next: Language) => {
    prefer({ language: next });
    save.mutate(next);
  };
  return (
    <Form layout="vertical" component="div">
      <Form.Item
        label={t("settings.account.language")}
        extra={t("settings.account.languageText")}
        style={{ margin: 0 }}
      >
        <Segmented aria-label={t("settings.account.language")} value={language} options={LANGUAGES} onChange={choose} />
      </Form.Item>
    </Form>
  );
}

interface PasswordForm {
  current: string;
  next: string;
  again: string;
}

function PasswordPanel() {
  const { t } = useTranslation();
  const { name } = usePerson();
  const [form] = Form.useForm<PasswordForm>();
  const change = useChange(
    ({ current, next }: PasswordForm) => api.POST("/api/v1/me/password", { body: { current, new: next } }),
    { keys: [], said: t("settings.account.passwordDone"), onSuccess: () => form.resetFields() },
  );
  const needed = { required: true, message: t("settings.needed") };
  return (
    <Panel title={t("settings.account.password")} text={t("settings.account.passwordText")}>
      <Form form={form} layout="vertical" requiredMark={false} style={{ maxWidth: 320 }} onFinish={change.mutate}>
        <input hidden type="text" autoComplete="username" value={name} readOnly aria-hidden tabIndex={-1} />
        <Form.Item name="current" label={t("settings.account.current")} rules={[needed]}>
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        <Form.Item
          name="next"
          label={t("settings.account.next")}
          rules={[needed, { min: 10, message: t("settings.people.passwordShort") }]}
        >
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        <Form.Item
          name="again"
          label={t("settings.account.again")}
          dependencies={["next"]}
          rules={[
            needed,
            ({ getFieldValue }) => ({
              validator: (_, value) =>
                value === getFieldValue("next") ? Promise.resolve() : Promise.reject(t("settings.account.differ")),
            }),
          ]}
        >
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={change.isPending}>
          {t("settings.account.passwordButton")}
        </Button>
      </Form>
    </Panel>
  );
}
