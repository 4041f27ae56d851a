import { Card, Flex, Tag, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { usePreferences } from "../../app/preferences";
import { useLack } from "../../parts/Lacks";
import { NextStep } from "../../parts/NextStep";
import styles from "./models.module.css";
import type { Lack } from "./using";

/** What no model here does: which rules wait for it, and how to get it. */
export function Missing({ lacks }: { lacks: Lack[] }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const say = useLack();
  if (!lacks.length) return <NextStep text={t("models.nothingMissing")} />;
  return (
    <>
      <Typography.Paragraph>{t("models.import")}</Typography.Paragraph>
      <div className={styles.cards}>
        {lacks.map(({ code, templates }) => (
          <Card key={code} size="small" title={say(code)} role="article" aria-label={say(code)}>
            <Typography.Paragraph type="secondary">{t("models.waiting")}</Typography.Paragraph>
            <Flex gap={4} wrap>
              {templates.map(({ name, title }) => (
                <Tag key={name} style={{ margin: 0 }}>
                  {title[language]}
                </Tag>
              ))}
            </Flex>
          </Card>
        ))}
      </div>
    </>
  );
}
