import { DeleteOutlined, EditOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Flex, Form, Input, Modal, Popconfirm, Skeleton, Tree, TreeSelect } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type Schemas } from "../../../api/client";
import { useGroups } from "../../../parts/cameras/queries";
import { Failed } from "../../../parts/Failed";
import { NextStep } from "../../../parts/NextStep";
import { Panel } from "../Panel";
import { useChange } from "../useChange";
import { type Branch, treeOf } from "./tree";

type Group = Schemas["Group"];
type Draft = Partial<Group>;
const GROUPS = ["groups"];

/** Groups of cameras, a tree: whoever sees a group sees those below it. */
export default function GroupsPage() {
  const { t } = useTranslation();
  const groups = useGroups();
  const [draft, edit] = useState<Draft>();
  const remove = useChange(
    (id: string) => api.DELETE("/api/v1/groups/{group_id}", { params: { path: { group_id: id } } }),
    { keys: [GROUPS] },
  );
  const found = (id: string) => groups.data?.find((group) => group.id === id);
  const row = (branch: Branch) => (
    <Flex align="center" gap={4} component="span">
      <span>{branch.title}</span>
      <Button
        type="text"
        size="small"
        icon={<PlusOutlined />}
        aria-label={`${t("settings.groups.below")} ${branch.title}`}
        title={t("settings.groups.below")}
        onClick={() => edit({ parent_id: branch.key })}
      />
      <Button
        type="text"
        size="small"
        icon={<EditOutlined />}
        aria-label={`${t("settings.edit")} ${branch.title}`}
        title={t("settings.edit")}
        onClick={() => edit(found(branch.key))}
      />
      <Popconfirm
        title={t("settings.groups.removeSure", { name: branch.title })}
        onConfirm={() => remove.mutate(branch.key)}
      >
        <Button
          type="text"
          size="small"
          danger
          icon={<DeleteOutlined />}
          aria-label={`${t("settings.remove")} ${branch.title}`}
          title={t("settings.remove")}
        />
      </Popconfirm>
    </Flex>
  );
  const add = (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => edit({})}>
      {t("settings.groups.add")}
    </Button>
  );
  const empty = groups.data?.length === 0;
  return (
    <Panel title={t("settings.sections.groups")} text={t("settings.groups.text")} extra={!empty && add}>
      <Failed of={groups} />
      {groups.isPending && <Skeleton active />}
      {empty && <NextStep text={t("settings.groups.none")}>{add}</NextStep>}
      {groups.data && groups.data.length > 0 && (
        <Tree blockNode showLine selectable={false} defaultExpandAll treeData={treeOf(groups.data)} titleRender={row} />
      )}
      {draft && <GroupForm draft={draft} groups={groups.data ?? []} onClose={() => edit(undefined)} />}
    </Panel>
  );
}

interface FormProps {
  draft: Draft;
  groups: Group[];
  onClose: () => void;
}

function GroupForm({ draft, groups, onClose }: FormProps) {
  const { t } = useTranslation();
  const [form] = Form.useForm<{ name: string; parent_id?: string }>();
  const save = useChange(
    async ({ name, parent_id = undefined }: { name: string; parent_id?: string }) => {
      const body = { name, parent_id: parent_id ?? null };
      if (!draft.id) return api.POST("/api/v1/groups", { body });
      return api.PATCH("/api/v1/groups/{group_id}", { params: { path: { group_id: draft.id } }, body });
    },
    { keys: [GROUPS], onSuccess: onClose },
  );
  return (
    <Modal
      open
      title={t(draft.id ? "settings.groups.change" : "settings.groups.add")}
      onCancel={onClose}
      onOk={form.submit}
      okText={t("settings.save")}
      confirmLoading={save.isPending}
    >
      <Form
        form={form}
        layout="vertical"
        initialValues={{ name: draft.name, parent_id: draft.parent_id ?? undefined }}
        onFinish={save.mutate}
      >
        <Form.Item name="name" label={t("settings.name")} rules={[{ required: true, message: t("settings.needed") }]}>
          <Input autoFocus maxLength={128} />
        </Form.Item>
        <Form.Item name="parent_id" label={t("settings.groups.parent")}>
          <TreeSelect
            allowClear
            treeDefaultExpandAll
            placeholder={t("settings.groups.top")}
            treeData={treeOf(groups.filter(({ id }) => id !== draft.id))}
          />
        </Form.Item>
      </Form>
    </Modal>
  );
}
