import { Alert, Button, Divider, Drawer, Flex, Form, Input, Popconfirm, Select, Switch, TreeSelect } from "antd";
import { useTranslation } from "react-i18next";
import { api, type Schemas } from "../../../api/client";
import { language } from "../../../app/preferences";
import { type Role, usePerson } from "../../../app/session";
import { useUnsaved } from "../../../parts/unsaved";
import { useChange } from "../useChange";
import { ACCOUNTS } from "./queries";
import { treeOf } from "./tree";

type Account = Schemas["Account"];

interface Props {
  /** Undefined: a new one. */
  account: Account | undefined;
  groups: Schemas["Group"][];
  onClose: () => void;
}

interface Draft {
  name: string;
  password: string;
  role: Role;
  all_groups: boolean;
  groups: string[];
  language: "zh" | "en";
  active: boolean;
}

/** An account, new or to be changed. */
export function UserDrawer({ account, groups, onClose }: Props) {
  const { t } = useTranslation();
  const [form] = Form.useForm<Draft>();
  const unsaved = useUnsaved();
  const save = useChange((draft: Draft) => write(account, draft), { keys: [ACCOUNTS], onSuccess: onClose });
  const first: Partial<Draft> = account
    ? { ...account, language: account.language === "zh" ? "zh" : "en" }
    : { role: "operator", all_groups: true, groups: [], language: language(), active: true };
  return (
    <Drawer
      open
      title={account?.name ?? t("settings.people.add")}
      size={400}
      styles={{ wrapper: { maxWidth: "100vw" } }}
      onClose={() => unsaved.leave(onClose)}
      extra={
        <Button type="primary" loading={save.isPending} onClick={form.submit}>
          {t("settings.save")}
        </Button>
      }
    >
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={first}
        onValuesChange={unsaved.touch}
        onFinish={save.mutate}
      >
        {!account && <Newcomer />}
        {account?.by_provider && (
          <Alert type="info" showIcon title={t("settings.people.byProviderText")} style={{ marginBottom: 16 }} />
        )}
        <Access groups={groups} />
        <Form.Item name="language" label={t("settings.account.language")}>
          <Select
            options={[
              { value: "zh", label: "中文" },
              { value: "en", label: "English" },
            ]}
          />
        </Form.Item>
        {account && (
          <Form.Item
            name="active"
            label={t("settings.people.active")}
            valuePropName="checked"
            extra={t("settings.people.activeText")}
          >
            <Switch />
          </Form.Item>
        )}
      </Form>
      {account && <Danger account={account} onGone={onClose} />}
    </Drawer>
  );
}

async function write(account: Account | undefined, { name, password, active, ...draft }: Draft) {
  const body = { ...draft, groups: draft.groups ?? [] };
  if (!account) return api.POST("/api/v1/accounts", { body: { ...body, name, password } });
  return api.PATCH("/api/v1/accounts/{account_id}", {
    params: { path: { account_id: account.id } },
    body: { ...body, active },
  });
}

function Newcomer() {
  const { t } = useTranslation();
  const needed = { required: true, message: t("settings.needed") };
  return (
    <>
      <Form.Item name="name" label={t("settings.name")} rules={[needed]}>
        <Input autoFocus autoComplete="off" maxLength={64} />
      </Form.Item>
      <Form.Item
        name="password"
        label={t("settings.people.password")}
        extra={t("settings.people.passwordText")}
        rules={[needed, { min: 10, message: t("settings.people.passwordShort") }]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
    </>
  );
}

const ROLES: Role[] = ["viewer", "operator", "administrator"];

function Access({ groups }: { groups: Props["groups"] }) {
  const { t } = useTranslation();
  const form = Form.useFormInstance<Draft>();
  const role = Form.useWatch("role", form);
  const seesAll = Form.useWatch("all_groups", form);
  return (
    <>
      <Form.Item name="role" label={t("settings.people.role")} extra={role && t(`settings.roleText.${role}`)}>
        <Select options={ROLES.map((value) => ({ value, label: t(`settings.role.${value}`) }))} />
      </Form.Item>
      <Form.Item
        name="all_groups"
        label={t("settings.people.all")}
        valuePropName="checked"
        hidden={role === "administrator"}
      >
        <Switch />
      </Form.Item>
      <Form.Item
        name="groups"
        label={t("settings.sections.groups")}
        hidden={role === "administrator" || seesAll}
        extra={t("settings.groups.text")}
      >
        <TreeSelect
          multiple
          treeCheckable
          treeDefaultExpandAll
          showCheckedStrategy={TreeSelect.SHOW_PARENT}
          treeData={treeOf(groups)}
        />
      </Form.Item>
    </>
  );
}

function Danger({ account, onGone }: { account: Account; onGone: () => void }) {
  const { t } = useTranslation();
  const { id } = usePerson();
  const path = { account_id: account.id };
  const [form] = Form.useForm<{ password: string }>();
  const give = useChange(
    (body: { password: string }) => api.PUT("/api/v1/accounts/{account_id}/password", { params: { path }, body }),
    { keys: [], said: t("settings.people.passwordDone"), onSuccess: () => form.resetFields() },
  );
  const remove = useChange(() => api.DELETE("/api/v1/accounts/{account_id}", { params: { path } }), {
    keys: [ACCOUNTS],
    onSuccess: onGone,
  });
  return (
    <>
      <Divider />
      <Form form={form} layout="vertical" requiredMark={false} onFinish={give.mutate}>
        <Form.Item
          name="password"
          label={t("settings.people.give")}
          extra={t("settings.people.giveText")}
          rules={[
            { required: true, message: t("settings.needed") },
            { min: 10, message: t("settings.people.passwordShort") },
          ]}
        >
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        <Flex gap={8}>
          <Button htmlType="submit" loading={give.isPending}>
            {t("settings.people.give")}
          </Button>
          {account.id !== id && (
            <Popconfirm
              title={t("settings.people.removeSure", { name: account.name })}
              onConfirm={() => remove.mutate(undefined)}
            >
              <Button danger>{t("settings.people.remove")}</Button>
            </Popconfirm>
          )}
        </Flex>
      </Form>
    </>
  );
}
