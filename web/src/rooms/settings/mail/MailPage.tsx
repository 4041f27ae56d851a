import { Alert, Button, Form, Input, InputNumber, Segmented, Skeleton } from "antd";
import { useTranslation } from "react-i18next";
import { api, data, Refused } from "../../../api/client";
import { type Language, usePreferences } from "../../../app/preferences";
import { Failed } from "../../../parts/Failed";
import { SecretInput } from "../../../parts/fields/SecretInput";
import { useUnsaved } from "../../../parts/unsaved";
import { Panel } from "../Panel";
import { sayOutcome } from "../pushes/said";
import { useChange } from "../useChange";
import { MAIL, type MailAccount, useMailAccount } from "./data";
import { portFor, withChange } from "./ports";

/** The one server by which reports and alarms are mailed. */
export default function MailPage() {
  const { t } = useTranslation();
  const account = useMailAccount();
  return (
    <>
      <Panel title={t("settings.sections.mail")} text={t("settings.mail.text")}>
        <Failed of={account} />
        {account.isPending && <Skeleton active />}
        {account.isSuccess && <AccountForm account={account.data} />}
      </Panel>
      {account.isSuccess && <TestPanel known={account.data !== null} />}
    </>
  );
}

const SECURITIES = ["starttls", "tls", "none"] as const;
const ADDRESS = /^[^\s@]+@[^\s@]+$/;

function AccountForm({ account }: { account: MailAccount | null }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<MailAccount>();
  const security = Form.useWatch("security", form);
  const unsaved = useUnsaved();
  const save = useChange((body: MailAccount) => data(api.PUT("/api/v1/mail", { body })), {
    keys: [MAIL],
    said: t("settings.saved"),
    onSuccess: (kept) => {
      unsaved.settle();
      if (kept) form.setFieldsValue(kept);
    },
  });
  const needed = { required: true, message: t("settings.needed") };
  const first: Partial<MailAccount> = account ?? {
    security: "starttls",
    port: portFor.starttls,
    user: "",
    password: "",
  };
  return (
    <Form
      form={form}
      layout="vertical"
      requiredMark={false}
      initialValues={first}
      style={{ maxWidth: 480 }}
      onValuesChange={(changed, all) => {
        unsaved.touch();
        form.setFieldsValue(withChange(changed, all, account));
      }}
      onFinish={save.mutate}
    >
      <Form.Item name="host" label={t("settings.mail.host")} rules={[needed]}>
        <Input maxLength={253} placeholder="smtp.example.com" autoComplete="off" />
      </Form.Item>
      <Form.Item
        name="security"
        label={t("settings.mail.security")}
        extra={security === "none" ? t("settings.mail.none") : undefined}
      >
        <Segmented options={SECURITIES.map((value) => ({ value, label: t(`settings.mail.securities.${value}`) }))} />
      </Form.Item>
      <Form.Item name="port" label={t("settings.mail.port")} rules={[needed]}>
        <InputNumber min={1} max={65_535} precision={0} style={{ width: 128 }} />
      </Form.Item>
      <Form.Item name="user" label={t("settings.mail.user")} extra={t("settings.mail.userText")}>
        <Input maxLength={254} autoComplete="off" />
      </Form.Item>
      <Form.Item name="password" label={t("settings.mail.password")}>
        <SecretInput />
      </Form.Item>
      <Form.Item
        name="sender"
        label={t("settings.mail.sender")}
        extra={t("settings.mail.senderText")}
        rules={[needed, { pattern: ADDRESS, message: t("settings.mail.address") }]}
      >
        <Input type="email" maxLength={254} placeholder="camloom@example.com" autoComplete="off" />
      </Form.Item>
      <Button type="primary" htmlType="submit" loading={save.isPending}>
        {t("settings.save")}
      </Button>
    </Form>
  );
}

/** What the mail server said is said as pushes say it. */
function inWords(error: Error, language: Language): Error {
  if (!(error instanceof Refused) || error.code !== "mail") return error;
  const said = sayOutcome([error.message, error.hint].filter(Boolean).join(". "), language);
  return new Refused(error.status, error.code, said, "");
}

function TestPanel({ known }: { known: boolean }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const test = useChange((body: { to: string }) => api.POST("/api/v1/mail/test", { body }), { keys: [] });
  return (
    <Panel title={t("settings.mail.test")} text={t(known ? "settings.mail.testText" : "settings.mail.first")}>
      <Form layout="vertical" requiredMark={false} disabled={!known} style={{ maxWidth: 480 }} onFinish={test.mutate}>
        <Form.Item
          name="to"
          label={t("settings.mail.to")}
          rules={[
            { required: true, message: t("settings.needed") },
            { pattern: ADDRESS, message: t("settings.mail.address") },
          ]}
        >
          <Input type="email" maxLength={254} />
        </Form.Item>
        <Button htmlType="submit" loading={test.isPending}>
          {t("settings.mail.test")}
        </Button>
      </Form>
      <div aria-live="polite" style={{ marginTop: 8 }}>
        <Failed of={{ error: test.error && inWords(test.error, language) }} />
        {test.isSuccess && <Alert type="success" showIcon title={t("settings.mail.sent", { to: test.variables.to })} />}
      </div>
    </Panel>
  );
}
