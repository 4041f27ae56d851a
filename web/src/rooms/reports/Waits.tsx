import { theme } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { usePreferences } from "../../app/preferences";
import { Bars } from "../../parts/chart/Bars";
import { lengthOf } from "../../parts/moments";
import { Panel } from "./Panel";
import type { Report } from "./ReportView";
import styles from "./reports.module.css";
import { filledOf } from "./telling";

/** How long alarms waited for somebody. */
export function Waits({ waits }: { waits: Report["waits"] }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const { token } = theme.useToken();
  const { places, rows } = useMemo(() => {
    const filled = filledOf(waits);
    const last = waits.at(-1);
    const say = (wait: (typeof waits)[number]) =>
      wait === last ? t("reports.longer") : t("reports.upTo", { span: lengthOf(wait.up_to_s, language) });
    const row = { name: t("reports.alarms"), colour: token.colorPrimary, values: filled.map(({ alarms }) => alarms) };
    return { places: filled.map(say), rows: [row] };
  }, [waits, t, language, token]);
  return (
    <Panel title={t("reports.waits")} text={t("reports.waitsText")}>
      {places.length ? (
        <Bars label={t("reports.waits")} places={places} rows={rows} />
      ) : (
        <span className={styles.soft}>–</span>
      )}
    </Panel>
  );
}
