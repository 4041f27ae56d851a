import { DownloadOutlined, DownOutlined, FilePdfOutlined, LeftOutlined, RightOutlined } from "@ant-design/icons";
import { Button, DatePicker, Dropdown, Flex, Segmented, Select } from "antd";
import dayjs from "dayjs";
import { useTranslation } from "react-i18next";
import { usePreferences } from "../../app/preferences";
import { useChoices } from "../../parts/choices";
import { useWhen } from "../../parts/moments";
import { type Asked, dayAfter, isSpan, type Narrow, PERIODS, writtenOf } from "./asking";
import type { Report } from "./ReportView";
import styles from "./reports.module.css";

interface Props {
  asked: Asked;
  ask: (asked: Asked) => void;
  report: Report | undefined;
}

/** Which period, what about, and the report as a file. */
export function Controls({ asked, ask, report }: Props) {
  return (
    <>
      <div className={styles.controls}>
        <Period {...{ asked, ask, report }} />
        <Files asked={asked} />
      </div>
      <Narrows asked={asked} ask={ask} />
      {report && <Span report={report} />}
    </>
  );
}

function Period({ asked, ask, report }: Props) {
  const { t } = useTranslation();
  const { day: _day, last: _last, ...about } = asked;
  const choose = (period: (typeof PERIODS)[number]) => {
    if (period !== "custom") return ask({ ...about, period, ...(asked.day && { day: asked.day }) });
    if (report) ask({ ...about, period, day: report.first, last: report.last });
  };
  return (
    <>
      <Segmented
        aria-label={t("reports.period")}
        value={asked.period ?? "week"}
        options={PERIODS.map((value) => ({ value, label: t(`reports.periods.${value}`) }))}
        onChange={choose}
      />
      {asked.period === "custom" ? <Days asked={asked} ask={ask} /> : <Steps {...{ asked, ask, report }} />}
    </>
  );
}

function Steps({ asked, ask, report }: Props) {
  const { t } = useTranslation();
  const go = (day: string | undefined) => ask({ ...asked, day });
  return (
    <Flex gap={4}>
      <Button
        icon={<LeftOutlined />}
        aria-label={t("reports.earlier")}
        disabled={!report}
        onClick={() => report && go(dayAfter(report.first, -1))}
      />
      <Button
        icon={<RightOutlined />}
        aria-label={t("reports.later")}
        disabled={!report?.complete}
        onClick={() => report && go(dayAfter(report.last, 1))}
      />
      <Button disabled={!asked.day} onClick={() => go(undefined)}>
        {t("reports.now")}
      </Button>
    </Flex>
  );
}

function Days({ asked, ask }: Omit<Props, "report">) {
  const { t } = useTranslation();
  return (
    <DatePicker.RangePicker
      aria-label={t("reports.days")}
      allowClear={false}
      maxDate={dayjs().add(1, "day")}
      value={[dayjs(asked.day), dayjs(asked.last)]}
      onChange={(days) => {
        const [day, last] = [days?.[0]?.format("YYYY-MM-DD"), days?.[1]?.format("YYYY-MM-DD")];
        if (day && last && isSpan(day, last)) ask({ ...asked, day, last });
      }}
    />
  );
}

const TABLES = ["alarms", "flows", "cameras"] as const;

function Files({ asked }: { asked: Asked }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const query = writtenOf(asked);
  query.set("lang", language);
  const items = TABLES.map((table) => ({
    key: table,
    label: (
      <a href={`/api/v1/reports/report.csv?${query}&table=${table}`} download>
        {t(`reports.tables.${table}`)}
      </a>
    ),
  }));
  return (
    <Flex gap={8} style={{ marginLeft: "auto" }}>
      <Dropdown menu={{ items }} trigger={["click"]}>
        <Button icon={<DownloadOutlined />}>
          {t("reports.csv")} <DownOutlined style={{ fontSize: 10 }} />
        </Button>
      </Dropdown>
      <Button type="primary" icon={<FilePdfOutlined />} href={`/api/v1/reports/report.pdf?${query}`} download>
        {t("reports.pdf")}
      </Button>
    </Flex>
  );
}

function Narrows({ asked, ask }: Omit<Props, "report">) {
  const { t } = useTranslation();
  const { cameras, groups, templates } = useChoices();
  const severities = (["critical", "major", "minor", "info"] as const).map((value) => ({
    value,
    label: t(`severity.${value}`),
  }));
  const select = (name: Narrow, options: { value: string; label: string }[]) => (
    <Select
      key={name}
      mode="multiple"
      allowClear
      showSearch={{ optionFilterProp: "label" }}
      maxTagCount="responsive"
      aria-label={t(`reports.narrow.${name}`)}
      placeholder={t(`reports.narrow.${name}`)}
      style={{ flex: "1 1 140px", maxWidth: 240 }}
      value={asked[name] as string[]}
      options={options}
      onChange={(chosen) => ask({ ...asked, [name]: chosen })}
    />
  );
  return (
    <div className={styles.controls}>
      {groups.length > 0 && select("group", groups)}
      {select("camera", cameras)}
      {select("template", templates)}
      {select("severity", severities)}
    </div>
  );
}

function Span({ report }: { report: Report }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const when = useWhen();
  const day = (said: string) =>
    new Date(said).toLocaleDateString(language === "zh" ? "zh-CN" : "en-GB", { dateStyle: "medium", timeZone: "UTC" });
  const span = report.first === report.last ? day(report.first) : `${day(report.first)} – ${day(report.last)}`;
  return (
    <Flex gap={12} align="baseline" wrap>
      <span className={styles.span}>{span}</span>
      <span className={styles.soft}>{t("reports.clock", { zone: report.zone })}</span>
      {!report.complete && <span className={styles.soft}>{t("reports.running", { at: when(report.made_at) })}</span>}
    </Flex>
  );
}
