import { Alert, Flex, Tag, Typography } from "antd";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../../../api/client";
import { usePreferences } from "../../../app/preferences";
import { useNaming } from "../../../words/naming";
import { sayTold } from "../../../words/told";

/** A picture with what a model found on it. */
export function TrialView({ trial }: { trial: Schemas["ModelTrial"] }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const naming = useNaming();
  const found = trial.found.map(naming.found);
  const why = language === "zh" ? sayTold(trial, trial.error) : trial.error;
  if (why) return <Alert type="warning" showIcon title={t("models.notRun")} description={why} />;
  return (
    <Flex vertical gap={8}>
      {trial.jpeg && (
        <img
          src={`data:image/jpeg;base64,${trial.jpeg}`}
          alt={t("models.found", { what: found.join(", ") || t("models.foundNothing") })}
          style={{ width: "100%", borderRadius: 6 }}
        />
      )}
      <Flex gap={4} wrap align="center">
        {found.map((one) => (
          <Tag key={one} style={{ margin: 0 }}>
            {one}
          </Tag>
        ))}
        {!found.length && <Typography.Text>{t("models.foundNothing")}</Typography.Text>}
        <Typography.Text type="secondary">
          {[trial.runtime, trial.ms && t("models.ms", { ms: trial.ms })].filter(Boolean).join(" · ")}
        </Typography.Text>
      </Flex>
      {trial.tried_on === "drawn" && <Alert type="info" title={t("models.drawn")} />}
      {trial.better && (
        <Alert type="warning" showIcon title={t("models.better", { what: naming.found(trial.better) })} />
      )}
    </Flex>
  );
}
