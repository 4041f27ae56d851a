import { CopyOutlined, DeleteOutlined, ExperimentOutlined, MoreOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Card, Dropdown, Flex, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { Failed } from "../../parts/Failed";
import styles from "./rules.module.css";

interface Props {
  isNew: boolean;
  dirty: boolean;
  /** Whether the stream runs on when this is saved. */
  goesOn: boolean;
  mayEdit: boolean;
  saving: boolean;
  error: Error | null;
  onSave: () => void;
  onDiscard: () => void;
  onTry: () => void;
  onCopy: () => void;
  onNew: () => void;
  onRemove: () => void;
}

/** What can be done with an edit, and what saving it will do. */
export function SaveBar(props: Props) {
  const { t } = useTranslation();
  const { isNew, dirty, mayEdit, saving, error, onSave, onDiscard, onTry } = props;
  return (
    <div className={styles.bar}>
      <Card size="small">
        {error && (
          <div style={{ marginBottom: 8 }}>
            <Failed of={{ error }} />
          </div>
        )}
        <Flex gap={8} align="center" wrap justify="flex-end">
          <Typography.Text type="secondary" className={styles.told} aria-live="polite">
            {dirty && told(props)}
          </Typography.Text>
          {!isNew && (
            <Button icon={<ExperimentOutlined />} onClick={onTry}>
              {t("rules.whatIf")}
            </Button>
          )}
          {dirty && <Button onClick={onDiscard}>{t("rules.discard")}</Button>}
          {mayEdit && (
            <Button type="primary" disabled={!dirty} loading={saving} onClick={onSave}>
              {t("rules.save")}
            </Button>
          )}
          {mayEdit && !isNew && <More {...props} />}
        </Flex>
      </Card>
    </div>
  );

  function told({ goesOn }: Props) {
    if (!mayEdit) return t("rules.onlyAdministrators");
    if (isNew) return t("rules.willStart");
    return goesOn ? t("rules.goesOn") : t("rules.restarts");
  }
}

function More({ onCopy, onNew, onRemove, dirty }: Props) {
  const { t } = useTranslation();
  const items = [
    { key: "copy", icon: <CopyOutlined />, label: t("rules.copy"), onClick: onCopy, disabled: dirty },
    { key: "new", icon: <PlusOutlined />, label: t("rules.newTask"), onClick: onNew },
    { key: "remove", icon: <DeleteOutlined />, label: t("rules.removeTask"), onClick: onRemove, danger: true },
  ];
  return (
    <Dropdown menu={{ items }} trigger={["click"]}>
      <Button icon={<MoreOutlined />} aria-label={t("rules.moreActions")} />
    </Dropdown>
  );
}
