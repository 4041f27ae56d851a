import { useTranslation } from "react-i18next";
import { usePreferences } from "../../app/preferences";
import { lengthOf } from "../../parts/moments";
import type { Report } from "./ReportView";
import styles from "./reports.module.css";
import { onlineOf, shareOf } from "./telling";

/** What one looks at first. */
export function Figures({ report }: { report: Report }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const { totals, uptimes } = report;
  const { alarms, before, judged_true: right, judged_false: wrong } = totals;
  const judged = right + wrong;
  const length = (seconds: number | null) => (seconds === null ? "–" : lengthOf(seconds, language));
  const outages = uptimes.reduce((sum, one) => sum + one.outages, 0);
  const figures = [
    { title: t("reports.alarms"), value: alarms.toLocaleString(), more: trend() },
    {
      title: t("reports.falseShare"),
      value: shareOf(totals.false_share),
      more: judged ? t("reports.judged", { judged, alarms }) : t("reports.noneJudged"),
    },
    {
      title: t("reports.median"),
      value: length(totals.median_s),
      more:
        totals.p90_s === null
          ? t("reports.handled", { handled: totals.handled, alarms })
          : t("reports.p90", { span: length(totals.p90_s) }),
    },
    {
      title: t("reports.online"),
      value: shareOf(onlineOf(uptimes), 1),
      more: t("reports.outages", { count: outages }),
    },
  ];
  return (
    <div className={styles.figures}>
      {figures.map(({ title, value, more }) => (
        <section key={title} className={styles.panel} aria-label={title}>
          <div className={styles.soft}>{title}</div>
          <div className={styles.big}>{value}</div>
          <small className={styles.soft}>{more}</small>
        </section>
      ))}
    </div>
  );

  function trend() {
    if (totals.trend === null) return t("reports.before", { before });
    const share = Math.round(Math.abs(totals.trend) * 100);
    if (!share) return t("reports.same");
    return t(totals.trend > 0 ? "reports.more" : "reports.fewer", { share, before });
  }
}
