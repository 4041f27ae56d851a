import { theme } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Bars } from "../../parts/chart/Bars";
import { useWord } from "../../words/known";
import { useTitles } from "../cameras/Watches";
import { Panel } from "./Panel";
import type { Report } from "./ReportView";
import styles from "./reports.module.css";
import { directionsOf } from "./telling";

/** Who crossed lines: day by day, and line by line. */
export function Flows({ flows }: { flows: Report["flows"] }) {
  const { t } = useTranslation();
  const word = useWord();
  const { token } = theme.useToken();
  const titles = useTitles();
  const directions = directionsOf(flows.lines);
  const say = (direction: string) => word("reports.directions", direction).replace("->", " → ");
  const named = directions.map(say).join("\n");
  const { places, rows } = useMemo(() => {
    const colours = [token.colorPrimary, token.blue6, token.purple6, token.gold6];
    const names = named.split("\n");
    return {
      places: flows.days.map(({ day }) => day.slice(5)),
      rows: directionsOf(flows.lines).map((direction, at) => ({
        name: names[at] ?? direction,
        colour: colours[at % colours.length] ?? token.colorPrimary,
        values: flows.days.map(({ passed }) => passed[direction] ?? 0),
      })),
    };
  }, [flows, named, token]);
  return (
    <Panel title={t("reports.flows")} wide>
      <Bars label={t("reports.flows")} places={places} rows={rows} stacked />
      <table className={styles.parts}>
        <thead>
          <tr>
            <th scope="col">{t("reports.camera")}</th>
            <th scope="col" className={styles.left}>
              {t("reports.line")}
            </th>
            {directions.map((direction) => (
              <th key={direction} scope="col">
                {say(direction)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {flows.lines.map(({ camera_id: id, camera, rule_id: rule, passed }) => (
            <tr key={`${id} ${rule}`}>
              <td>
                <Link to={`/cameras/${id}`}>{camera}</Link>
              </td>
              <td className={styles.left}>{titles.get(rule) ?? rule}</td>
              {directions.map((direction) => (
                <td key={direction}>{(passed[direction] ?? 0).toLocaleString()}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}
