import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Alert, Button, DatePicker, Form, Input, Modal, Popconfirm, Select, Table, Typography } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, data, type Schemas } from "../../../api/client";
import { usePreferences } from "../../../app/preferences";
import { may, type Role, usePerson } from "../../../app/session";
import { everything } from "../../../parts/cameras/queries";
import { Failed } from "../../../parts/Failed";
import { momentOf } from "../../../parts/moments";
import { NextStep } from "../../../parts/NextStep";
import { Panel } from "../Panel";
import { useChange } from "../useChange";

type Key = Schemas["Key"];
const KEYS = ["keys"];
const ROLES: Role[] = ["viewer", "operator", "administrator"];

/** Keys for programs: made here, shown once. */
export default function KeysPage() {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const { role } = usePerson();
  const [making, make] = useState(false);
  const keys = useQuery({
    queryKey: KEYS,
    queryFn: () => everything((after) => data(api.GET("/api/v1/keys", { params: { query: { limit: 200, after } } }))),
  });
  const remove = useChange(
    (key: Key) => api.DELETE("/api/v1/keys/{key_id}", { params: { path: { key_id: key.id } } }),
    { keys: [KEYS] },
  );
  const moment = (at: string | null, none: string) => (at ? momentOf(at, language) : none);
  const button = (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => make(true)}>
      {t("settings.keys.make")}
    </Button>
  );
  const empty = keys.data?.length === 0;
  return (
    <Panel title={t("settings.sections.keys")} text={t("settings.keys.text")} extra={!empty && button}>
      <Failed of={keys} />
      <Table<Key>
        rowKey="id"
        size="small"
        loading={keys.isPending}
        dataSource={keys.data}
        pagination={{ hideOnSinglePage: true, pageSize: 50 }}
        scroll={{ x: "max-content" }}
        locale={{ emptyText: keys.isSuccess ? <NextStep text={t("settings.keys.none")}>{button}</NextStep> : " " }}
        columns={[
          { title: t("settings.name"), dataIndex: "name" },
          ...(may(role, "administrator")
            ? [{ title: t("settings.keys.of"), dataIndex: "account_name", responsive: ["md" as const] }]
            : []),
          { title: t("settings.people.role"), dataIndex: "role", render: (one: Role) => t(`settings.role.${one}`) },
          {
            title: t("settings.keys.used"),
            responsive: ["md"],
            dataIndex: "used_at",
            render: (at) => moment(at, t("settings.keys.never")),
          },
          {
            title: t("settings.keys.expires"),
            dataIndex: "expires_at",
            render: (at) => moment(at, t("settings.keys.never")),
          },
          {
            key: "end",
            align: "right",
            render: (_, key) => (
              <Popconfirm title={t("settings.keys.endSure", { name: key.name })} onConfirm={() => remove.mutate(key)}>
                <Button
                  type="text"
                  danger
                  icon={<DeleteOutlined />}
                  aria-label={`${t("settings.keys.end")} ${key.name}`}
                />
              </Popconfirm>
            ),
          },
        ]}
      />
      <NewKey open={making} onClose={() => make(false)} />
    </Panel>
  );
}

interface KeyForm {
  name: string;
  role: Role;
  expires?: Dayjs;
}

function NewKey({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const { role } = usePerson();
  const [form] = Form.useForm<KeyForm>();
  const make = useChange(
    ({ name, role: asked, expires }: KeyForm) =>
      data(api.POST("/api/v1/keys", { body: { name, role: asked, expires_at: expires?.endOf("day").toISOString() } })),
    { keys: [KEYS] },
  );
  const close = () => {
    form.resetFields();
    make.reset();
    onClose();
  };
  return (
    <Modal
      title={t("settings.keys.make")}
      open={open}
      onCancel={close}
      onOk={make.data ? close : form.submit}
      okText={make.data ? t("settings.keys.kept") : t("settings.keys.make")}
      confirmLoading={make.isPending}
      mask={{ closable: !make.data }}
      destroyOnHidden
    >
      {make.data ? (
        <>
          <Alert type="warning" showIcon title={t("settings.keys.once")} style={{ marginBottom: 12 }} />
          <Typography.Paragraph copyable code style={{ overflowWrap: "anywhere" }}>
            {make.data.secret}
          </Typography.Paragraph>
          <Typography.Paragraph type="secondary">{t("settings.keys.how")}</Typography.Paragraph>
        </>
      ) : (
        <Form form={form} layout="vertical" initialValues={{ role: "viewer" }} onFinish={make.mutate}>
          <Form.Item name="name" label={t("settings.name")} rules={[{ required: true, message: t("settings.needed") }]}>
            <Input maxLength={128} placeholder={t("settings.keys.nameHint")} />
          </Form.Item>
          <Form.Item name="role" label={t("settings.people.role")} extra={t("settings.keys.roleText")}>
            <Select
              options={ROLES.filter((one) => may(role, one)).map((value) => ({
                value,
                label: t(`settings.role.${value}`),
              }))}
            />
          </Form.Item>
          <Form.Item name="expires" label={t("settings.keys.expires")}>
            <DatePicker style={{ width: "100%" }} placeholder={t("settings.keys.never")} minDate={dayjs()} />
          </Form.Item>
        </Form>
      )}
    </Modal>
  );
}
