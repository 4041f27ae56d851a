import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Button, Flex, Skeleton, theme } from "antd";
import { type CSSProperties, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { api, data, type Schemas } from "../../api/client";
import { may, usePerson } from "../../app/session";
import { Failed } from "../../parts/Failed";
import { NextStep } from "../../parts/NextStep";
import { type Asked, askedOf, NARROWS, writtenOf } from "./asking";
import { Controls } from "./Controls";
import { DayBars } from "./DayBars";
import { Figures } from "./Figures";
import { Flows } from "./Flows";
import { Heat } from "./Heat";
import { Parts } from "./Parts";
import styles from "./reports.module.css";
import { Storage } from "./Storage";
import { Uptimes } from "./Uptimes";
import { Waits } from "./Waits";

export type Report = Schemas["Report"];

/** A report on the screen; the address says about which period and what. */
export function ReportView() {
  const [params, setParams] = useSearchParams();
  const asked = useMemo(() => askedOf(params), [params]);
  const ask = (next: Asked) => setParams(writtenOf(next));
  const report = useQuery({
    queryKey: ["report", asked],
    queryFn: () => data(api.GET("/api/v1/reports", { params: { query: asked } })),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
  return (
    <div style={useColours()}>
      <Controls asked={asked} ask={ask} report={report.data} />
      <Failed of={report} />
      {report.isPending && <Skeleton active paragraph={{ rows: 12 }} />}
      {report.data && (
        <div style={{ opacity: report.isPlaceholderData ? 0.6 : 1 }} aria-busy={report.isPlaceholderData}>
          <Told report={report.data} asked={asked} ask={ask} />
        </div>
      )}
    </div>
  );
}

interface ToldProps {
  report: Report;
  asked: Asked;
  ask: (asked: Asked) => void;
}

function Told({ report, asked, ask }: ToldProps) {
  const { flows, uptimes, storage, totals } = report;
  return (
    <>
      <Figures report={report} />
      {totals.alarms === 0 && <Nothing asked={asked} ask={ask} />}
      <div className={styles.panels}>
        {totals.alarms > 0 && (
          <>
            <DayBars report={report} />
            <Heat hours={report.hours} />
            <Parts kind="templates" report={report} />
            <Parts kind="severities" report={report} />
            <Parts kind="cameras" report={report} />
            <Waits waits={report.waits} />
          </>
        )}
        {flows.lines.length > 0 && <Flows flows={flows} />}
        {uptimes.length > 0 && <Uptimes uptimes={uptimes} />}
        {storage && <Storage storage={storage} />}
      </div>
    </>
  );
}

/** What to do where there is nothing to tell. */
function Nothing({ asked, ask }: Omit<ToldProps, "report">) {
  const { t } = useTranslation();
  const narrowed = NARROWS.some((name) => asked[name]?.length);
  const operator = may(usePerson().role, "operator");
  return (
    <NextStep text={`${t("reports.none")} ${t("reports.noneNext")}`}>
      <Flex gap={8} justify="center">
        {narrowed && (
          <Button onClick={() => ask({ period: asked.period, day: asked.day, last: asked.last })}>
            {t("reports.clear")}
          </Button>
        )}
        {operator && !narrowed && (
          <Link to="/rules">
            <Button type="primary" tabIndex={-1}>
              {t("reports.toRules")}
            </Button>
          </Link>
        )}
      </Flex>
    </NextStep>
  );
}

/** The theme's colours for the style sheet of the room. */
function useColours(): CSSProperties {
  const { token } = theme.useToken();
  return {
    "--ground": token.colorBgContainer,
    "--line": token.colorSplit,
    "--soft": token.colorTextDescription,
    "--accent": token.colorPrimary,
  } as CSSProperties;
}
