import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { usePreferences } from "../../app/preferences";
import { type Severity, severityColour } from "../../app/theme";
import { Panel } from "./Panel";
import type { Report } from "./ReportView";
import styles from "./reports.module.css";
import { shareOf } from "./telling";

type Kind = "templates" | "severities" | "cameras";
const FILTER = { templates: "template", severities: "severity", cameras: "camera" } as const;
const SHOWN = 20;

/** How many alarms each type, severity or camera had; each leads to its alarms. */
export function Parts({ kind, report }: { kind: Kind; report: Report }) {
  const { t } = useTranslation();
  const parts = report[kind].slice(0, SHOWN);
  const most = Math.max(1, ...parts.map(({ alarms }) => alarms));
  return (
    <Panel title={t(`reports.parts.${kind}`)}>
      <table className={styles.parts}>
        <thead>
          <tr>
            {(["name", "count", "lastCount", "true", "false"] as const).map((head) => (
              <th key={head} scope="col">
                {t(`reports.${head}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {parts.map((part) => (
            <Row key={part.id} {...{ kind, part, report }} share={part.alarms / most} />
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

interface RowProps {
  kind: Kind;
  part: Report["templates"][number];
  report: Report;
  share: number;
}

function Row({ kind, part, report: { since, until, totals }, share }: RowProps) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const name =
    kind === "severities"
      ? t(`severity.${part.id as Severity}`)
      : part.name[language] || Object.values(part.name)[0] || part.id;
  const alarms = `/alarms?${new URLSearchParams({ [FILTER[kind]]: part.id, since, until })}`;
  const background = kind === "severities" ? severityColour[part.id as Severity] : undefined;
  return (
    <tr>
      <td>
        <Link to={alarms}>{name}</Link>
        <span className={styles.bar} style={{ width: `${share * 100}%`, background }} />
      </td>
      <td title={shareOf(part.alarms / Math.max(1, totals.alarms))}>{part.alarms.toLocaleString()}</td>
      <td className={styles.soft}>{part.before.toLocaleString()}</td>
      <td>{part.judged_true}</td>
      <td>{part.judged_false}</td>
    </tr>
  );
}
