import { theme } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Bars } from "../../parts/chart/Bars";
import { Panel } from "./Panel";
import type { Report } from "./ReportView";

const HOURS = Array.from({ length: 24 }, (_, hour) => String(hour));

/** Alarms day by day beside those of the period before; of a single day hour by hour. */
export function DayBars({ report }: { report: Report }) {
  const { t } = useTranslation();
  const { token } = theme.useToken();
  const title = t(report.days.length > 1 ? "reports.byDay" : "reports.byHour");
  const { places, rows } = useMemo(() => {
    const now = { name: t("reports.this"), colour: token.colorPrimary };
    if (report.days.length === 1) {
      const hours = HOURS.map((_, hour) => report.hours.reduce((sum, day) => sum + (day[hour] ?? 0), 0));
      return { places: HOURS, rows: [{ ...now, values: hours }] };
    }
    const before = { name: t("reports.last"), colour: token.colorTextQuaternary };
    return {
      places: report.days.map(({ day }) => day.slice(5)),
      rows: [
        { ...before, values: report.days.map((day) => day.before) },
        { ...now, values: report.days.map(({ alarms }) => alarms) },
      ],
    };
  }, [report, t, token]);
  return (
    <Panel title={title} wide>
      <Bars label={title} places={places} rows={rows} />
    </Panel>
  );
}
