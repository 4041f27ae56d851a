import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { usePreferences } from "../../app/preferences";
import { lengthOf } from "../../parts/moments";
import { Panel } from "./Panel";
import type { Report } from "./ReportView";
import styles from "./reports.module.css";
import { shareOf } from "./telling";

const SHOWN = 20;

/** How the cameras were, the worst first. */
export function Uptimes({ uptimes }: { uptimes: Report["uptimes"] }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  return (
    <Panel title={t("reports.uptimes")}>
      <table className={styles.parts}>
        <thead>
          <tr>
            {(["camera", "onlineShare", "offlineFor", "times"] as const).map((head) => (
              <th key={head} scope="col">
                {t(`reports.${head}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {uptimes.slice(0, SHOWN).map((one) => (
            <tr key={one.camera_id}>
              <td>
                <Link to={`/cameras/${one.camera_id}`}>{one.camera}</Link>
              </td>
              <td>{one.online_share === null ? t("reports.unknown") : shareOf(one.online_share, 1)}</td>
              <td>{lengthOf(one.offline_s, language)}</td>
              <td>{one.outages}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}
