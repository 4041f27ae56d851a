import { theme } from "antd";
import { useTranslation } from "react-i18next";
import { Panel } from "./Panel";
import styles from "./reports.module.css";
import { depthOf } from "./telling";

const DAYS = ["d0", "d1", "d2", "d3", "d4", "d5", "d6"] as const;
const EVERY = 3;

/** Alarms by weekday and hour: the more, the deeper the colour. */
export function Heat({ hours }: { hours: number[][] }) {
  const { t } = useTranslation();
  const { token } = theme.useToken();
  const most = Math.max(...hours.flat());
  const look = (count: number) => {
    const depth = depthOf(count, most);
    const background = `color-mix(in srgb, ${token.colorPrimary} ${Math.round(depth * 100)}%, ${token.colorFillQuaternary})`;
    return { background, color: depth > 0.55 ? token.colorTextLightSolid : undefined };
  };
  return (
    <Panel title={t("reports.heat")} text={t("reports.heatText")} wide>
      <table className={styles.heat}>
        <thead>
          <tr>
            <th aria-hidden style={{ width: 40 }} />
            {(hours[0] ?? []).map((_, hour) => (
              <th key={String(hour)} scope="col">
                {hour % EVERY === 0 ? hour : ""}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {DAYS.map((day, row) => (
            <tr key={day}>
              <th scope="row">{t(`reports.weekdays.${day}`)}</th>
              {(hours[row] ?? []).map((count, hour) => (
                <td
                  key={String(hour)}
                  style={look(count)}
                  title={t("reports.hourCell", {
                    day: t(`reports.weekdays.${day}`),
                    from: hour,
                    to: hour + 1,
                    count,
                  })}
                >
                  {count || ""}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}
