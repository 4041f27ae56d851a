import { Typography } from "antd";
import { useTranslation } from "react-i18next";
import { Panel } from "../Panel";

const KEEP = {
  database: "camloom.db",
  keys: "secrets.key",
  media: "media/",
  uploads: "uploads/",
  models: "models/",
  states: "states/",
} as const;
const COPY = `python3 -c "import sqlite3; sqlite3.connect('DATA/camloom.db').execute(\\"VACUUM INTO 'BACKUP/camloom.db'\\")"
cp DATA/secrets.key KEYS/
cp -a DATA/media DATA/uploads DATA/models DATA/states BACKUP/`;

/** How to keep what Camloom keeps. */
export default function BackupPage() {
  const { t } = useTranslation();
  return (
    <Panel title={t("settings.sections.backup")} text={t("settings.backup.text")}>
      <h3>{t("settings.backup.what")}</h3>
      <ul>
        {Object.entries(KEEP).map(([what, path]) => (
          <li key={what}>
            <code>{path}</code> {t(`settings.backup.${what as keyof typeof KEEP}`)}
          </li>
        ))}
      </ul>
      <h3>{t("settings.backup.how")}</h3>
      <Typography.Paragraph copyable={{ text: COPY }}>
        <pre style={{ overflowX: "auto", margin: 0 }}>{COPY}</pre>
      </Typography.Paragraph>
      <h3>{t("settings.backup.back")}</h3>
      <p>{t("settings.backup.backText")}</p>
      <p>{t("settings.backup.more")}</p>
    </Panel>
  );
}
