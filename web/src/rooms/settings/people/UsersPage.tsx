import { EditOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Table, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../../../api/client";
import { usePreferences } from "../../../app/preferences";
import type { Role } from "../../../app/session";
import { useGroups } from "../../../parts/cameras/queries";
import { Failed } from "../../../parts/Failed";
import { momentOf } from "../../../parts/moments";
import { Panel } from "../Panel";
import { useAccounts } from "./queries";
import { UserDrawer } from "./UserDrawer";

type Account = Schemas["Account"];

/** People who may come in: their role, and which cameras they see. */
export default function UsersPage() {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const groups = useGroups();
  const [edited, edit] = useState<Account | "new">();
  const accounts = useAccounts();
  const names = new Map(groups.data?.map(({ id, name }) => [id, name]));
  const seen = (account: Account) =>
    account.all_groups
      ? t("settings.people.all")
      : account.groups.map((id) => names.get(id) ?? id).join(", ") || t("settings.people.nothing");
  const add = (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => edit("new")}>
      {t("settings.people.add")}
    </Button>
  );
  return (
    <Panel title={t("settings.sections.users")} text={t("settings.people.text")} extra={add}>
      <Failed of={accounts} />
      <Table<Account>
        rowKey="id"
        size="small"
        loading={accounts.isPending}
        dataSource={accounts.data}
        pagination={{ hideOnSinglePage: true, pageSize: 50 }}
        scroll={{ x: "max-content" }}
        columns={[
          {
            title: t("settings.name"),
            dataIndex: "name",
            render: (name: string, { by_provider: byProvider }) => (
              <>
                {name} {byProvider && <Tag variant="filled">{t("settings.people.byProvider")}</Tag>}
              </>
            ),
          },
          { title: t("settings.people.role"), dataIndex: "role", render: (role: Role) => t(`settings.role.${role}`) },
          { title: t("settings.people.sees"), key: "sees", render: (_, account) => seen(account) },
          {
            title: t("settings.people.since"),
            dataIndex: "created_at",
            responsive: ["md"],
            render: (at: string) => momentOf(at, language),
          },
          {
            title: t("settings.people.state"),
            dataIndex: "active",
            render: (active: boolean) => (
              <Tag variant="filled">{t(active ? "settings.people.active" : "settings.people.locked")}</Tag>
            ),
          },
          {
            key: "edit",
            align: "right",
            render: (_, account) => (
              <Button
                type="text"
                icon={<EditOutlined />}
                aria-label={`${t("settings.edit")} ${account.name}`}
                onClick={() => edit(account)}
              />
            ),
          },
        ]}
      />
      {edited && (
        <UserDrawer
          account={edited === "new" ? undefined : edited}
          groups={groups.data ?? []}
          onClose={() => edit(undefined)}
        />
      )}
    </Panel>
  );
}
