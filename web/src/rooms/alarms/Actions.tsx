import {
  CheckOutlined,
  CloseOutlined,
  DownloadOutlined,
  EyeOutlined,
  FolderOutlined,
  LinkOutlined,
  UndoOutlined,
} from "@ant-design/icons";
import { Alert, App, Button, Input, Modal, Select, Space } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { may, usePerson } from "../../app/session";
import { useUnsaved } from "../../parts/unsaved";
import type { Detail } from "./alarm";
import styles from "./alarms.module.css";
import { usePeople } from "./FilterForm";
import { type Action, useHandling } from "./useHandling";

/** What a person can do with an alarm. */
export function Actions({ alarm }: { alarm: Detail }) {
  const { t } = useTranslation();
  const operator = may(usePerson().role, "operator");
  return (
    <>
      <div className={styles.acts}>
        {operator && <Judge alarm={alarm} />}
        <Share alarm={alarm} />
        <Button icon={<DownloadOutlined />} href={`/api/v1/alarms/${alarm.id}/evidence.zip`} download>
          {t("alarms.act.evidence")}
        </Button>
      </div>
      {operator && alarm.verdict === "false" && <Alert type="info" showIcon title={t("alarms.act.falseMeans")} />}
      {operator && <Note alarm={alarm} />}
    </>
  );
}

function Judge({ alarm }: { alarm: Detail }) {
  const { t } = useTranslation();
  const { one } = useHandling();
  const people = usePeople();
  const act = (action: Action["action"], assignee_id?: string) =>
    one.mutate({ id: alarm.id, action: { action, text: "", assignee_id } });
  const button = (action: "true" | "false" | "acknowledge" | "close" | "reopen", icon: React.ReactNode, on = false) => (
    <Button icon={icon} type={on ? "primary" : "default"} aria-pressed={on || undefined} onClick={() => act(action)}>
      {t(`alarms.act.${action}`)}
    </Button>
  );
  return (
    <>
      {button("true", <CheckOutlined />, alarm.verdict === "true")}
      {button("false", <CloseOutlined />, alarm.verdict === "false")}
      {alarm.handling === "new" && button("acknowledge", <EyeOutlined />)}
      {alarm.handling !== "closed" && button("close", <FolderOutlined />)}
      {(alarm.handling === "closed" || alarm.verdict) && button("reopen", <UndoOutlined />)}
      <Select
        aria-label={t("alarms.act.assign")}
        placeholder={t("alarms.act.assign")}
        allowClear
        showSearch={{ optionFilterProp: "label" }}
        style={{ minWidth: 128 }}
        value={alarm.assignee_id ?? undefined}
        options={people.map(({ id, name }) => ({ value: id, label: name }))}
        onChange={(id?: string) => act("assign", id)}
      />
    </>
  );
}

function Note({ alarm }: { alarm: Detail }) {
  const { t } = useTranslation();
  const { one } = useHandling();
  const [text, write] = useState("");
  useUnsaved({ dirty: text.trim() !== "" && !one.isPending });
  const send = () => {
    if (!text.trim()) return;
    one.mutate({ id: alarm.id, action: { action: "note", text } }, { onSuccess: () => write("") });
  };
  return (
    <Space.Compact block>
      <Input.TextArea
        aria-label={t("alarms.act.note")}
        placeholder={t("alarms.act.note")}
        autoSize={{ minRows: 1, maxRows: 6 }}
        maxLength={4000}
        value={text}
        onChange={(event) => write(event.target.value)}
        onKeyDown={(event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && send()}
      />
      <Button disabled={!text.trim()} loading={one.isPending} onClick={send}>
        {t("alarms.act.send")}
      </Button>
    </Space.Compact>
  );
}

function Share({ alarm }: { alarm: Detail }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [shown, show] = useState(false);
  const link = `${window.location.origin}/alarms/${alarm.id}`;
  // Without TLS a browser gives no clipboard: then the link is shown to be copied by hand.
  const share = () =>
    (navigator.clipboard?.writeText(link) ?? Promise.reject()).then(
      () => void message.success(t("alarms.act.shared")),
      () => show(true),
    );
  return (
    <>
      <Button icon={<LinkOutlined />} onClick={() => void share()}>
        {t("alarms.act.share")}
      </Button>
      <Modal title={t("alarms.act.link")} open={shown} onCancel={() => show(false)} footer={null}>
        <Input aria-label={t("alarms.act.link")} readOnly value={link} onFocus={(event) => event.target.select()} />
      </Modal>
    </>
  );
}
