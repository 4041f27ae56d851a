import { Descriptions, theme } from "antd";
import { useTranslation } from "react-i18next";
import { Panel } from "../Panel";

const TERMS = "https://www.apache.org/licenses/LICENSE-2.0";

/** Under which terms Camloom is used. */
export default function LicencePage() {
  const { t } = useTranslation();
  const { token } = theme.useToken();
  return (
    <Panel title={t("settings.sections.licence")} text={t("settings.licence.text")}>
      <Descriptions
        size="small"
        column={1}
        items={[
          {
            key: "terms",
            label: t("settings.licence.terms"),
            children: (
              <a href={TERMS} target="_blank" rel="noreferrer">
                Apache License 2.0
              </a>
            ),
          },
        ]}
      />
      <p style={{ color: token.colorTextDescription, maxWidth: 640 }}>{t("settings.licence.nothing")}</p>
    </Panel>
  );
}
