import { CopyOutlined, DeleteOutlined, ExperimentOutlined, MoreOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Card, Dropdown, Flex, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { Trouble } from "../../parts/Trouble";
import styles from "./rules.module.css";

interface Props {
  isNew: boolean;
  dirty: boolean;
  /** Whether the stream runs on when this is saved. */
  goesOn: boolean;
  mayEdit: boolean;
  saving: boolean;
  error: unknown;
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
  const { isNew, dirty, goesOn, mayEdit, saving, error, onSave, onDiscard, onTry } = props;
  const told = !dirty
    ? t("rules.asSaved")
    : isNew
      ? t("rules.willStart")
      : goesOn
        ? t("rules.goesOn")
        : t("rules.restarts");
  return (
    <div className={styles.bar}>
      <Card size="small">
        {Boolean(error) && <Trouble error={error} />}
        <Flex gap={8} align="center" wrap justify="flex-end">
          <Typography.Text type="secondary" style={{ flex: 1, minWidth: 160 }} aria-live="polite">
            {mayEdit || !dirty ? told : t("rules.onlyAdministrators")}
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
