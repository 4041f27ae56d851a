import { Segmented } from "antd";
import { useTranslation } from "react-i18next";
import { may, usePerson } from "../../app/session";
import { Page } from "../../parts/Page";
import { useUrl } from "../../parts/useUrl";
import { ReportView } from "./ReportView";
import { Schedules } from "./schedules/Schedules";

/** The room of reports: what happened in a period, and what comes by mail. */
export function Component() {
  const { t } = useTranslation();
  const [said, say] = useUrl();
  const operator = may(usePerson().role, "operator");
  const view = operator && said.get("view") === "mail" ? "mail" : "report";
  const choice = operator && (
    <Segmented
      aria-label={t("reports.views")}
      value={view}
      options={[
        { value: "report", label: t("reports.report") },
        { value: "mail", label: t("reports.byMail") },
      ]}
      onChange={(next) => say({ view: next === "mail" ? "mail" : undefined }, true)}
    />
  );
  return (
    <Page title={t("rooms.reports")} extra={choice}>
      {view === "mail" ? <Schedules /> : <ReportView />}
    </Page>
  );
}
