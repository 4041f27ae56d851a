import { Alert, Card, Flex, Input, Modal, Tag, Typography, theme } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { usePreferences } from "../../app/preferences";
import { type Template } from "../../parts/cameras/queries";
import { Lacks } from "../../parts/Lacks";
import { type Choice, choose } from "./fitting";
import styles from "./rules.module.css";

interface Props {
  templates: Template[];
  /** Templates that the task has alarms of already. */
  others: Template[];
  model: string;
  onChoose: (template: Template, choice: Choice & { can: true }) => void;
  onClose: () => void;
}

/** What a camera can watch for: a picture, one sentence, and what is missing for it. */
export function Catalogue({ templates, others, model, onChoose, onClose }: Props) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const [asked, ask] = useState("");
  const [wanted, want] = useState<Template>();
  const text = asked.trim().toLowerCase();
  const found = templates.filter(({ name, title, description }) =>
    [name, title.zh, title.en, description[language]].some((one) => one.toLowerCase().includes(text)),
  );
  const choice = wanted && choose(wanted, others, model);
  return (
    <Modal
      open
      width={920}
      title={t("rules.addRule")}
      onCancel={onClose}
      okText={t("rules.add")}
      okButtonProps={{ disabled: !choice?.can || Boolean(wanted?.missing_blocks.length) }}
      onOk={() => wanted && choice?.can && onChoose(wanted, choice)}
    >
      <Input.Search
        autoFocus
        allowClear
        placeholder={t("rules.search")}
        aria-label={t("rules.search")}
        value={asked}
        onChange={({ target }) => ask(target.value)}
        style={{ marginBottom: 12 }}
      />
      <div className={styles.tiles} role="listbox" aria-label={t("rules.addRule")}>
        {found.map((template) => (
          <Tile
            key={template.name}
            template={template}
            chosen={template === wanted}
            can={choose(template, others, model).can && template.missing_blocks.length === 0}
            onChoose={() => want(template)}
          />
        ))}
        {found.length === 0 && <Typography.Text type="secondary">{t("rules.noTemplate")}</Typography.Text>}
      </div>
      {wanted && choice && <Chosen template={wanted} choice={choice} model={model} />}
    </Modal>
  );
}

function Tile({
  template,
  chosen,
  can,
  onChoose,
}: {
  template: Template;
  chosen: boolean;
  can: boolean;
  onChoose: () => void;
}) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const { token } = theme.useToken();
  return (
    <Card
      hoverable
      size="small"
      role="option"
      tabIndex={0}
      aria-selected={chosen}
      onClick={onChoose}
      onKeyDown={({ key }) => (key === "Enter" || key === " ") && onChoose()}
      style={{ borderColor: chosen ? token.colorPrimary : undefined, outlineColor: token.colorPrimary }}
      cover={
        template.has_picture ? (
          <img
            className={styles.cover}
            style={{ opacity: can ? 1 : 0.45 }}
            src={`/api/v1/templates/${template.name}/picture`}
            alt=""
            loading="lazy"
          />
        ) : undefined
      }
    >
      <Flex justify="space-between" gap={8} wrap>
        <strong>{template.title[language]}</strong>
        {!can && <Tag>{t("rules.lacking")}</Tag>}
      </Flex>
      <Typography.Paragraph type="secondary" ellipsis={{ rows: 2 }} style={{ margin: "4px 0 0", fontSize: 13 }}>
        {template.description[language]}
      </Typography.Paragraph>
    </Card>
  );
}

/** What is to know before it is added. */
function Chosen({ template, choice, model }: { template: Template; choice: Choice; model: string }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const blocks = template.missing_blocks.join(", ");
  return (
    <Flex vertical gap={8} style={{ marginTop: 12 }} aria-live="polite">
      {template.advice && <Alert type="info" showIcon title={template.advice[language]} />}
      {blocks && <Alert type="warning" showIcon title={t("rules.missingBlocks", { blocks })} />}
      {choice.can && choice.model !== model && (
        <Alert type="info" showIcon title={t("rules.otherModel", { model: choice.model })} />
      )}
      {choice.can && choice.readers.length > 0 && (
        <Alert type="info" showIcon title={t("rules.readers", { models: choice.readers.join(", ") })} />
      )}
      {!choice.can && (
        <Alert
          type="warning"
          showIcon
          title={<Lacks codes={choice.lacks} />}
          action={<Link to="/models">{t("rules.toModels")}</Link>}
        />
      )}
    </Flex>
  );
}
