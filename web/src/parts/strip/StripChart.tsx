import { theme } from "antd";
import { CustomChart } from "echarts/charts";
import { GridComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { usePreferences } from "../../app/preferences";
import { momentOf } from "../moments";
import { cellsOf, optionOf, type Strip } from "./stripOption";

use([CustomChart, GridComponent, TooltipComponent, CanvasRenderer]);

const [ROW_PX, AXIS_PX, MOST_ROWS, NARROW_PX] = [18, 26, 6, 600];

interface Props {
  strip: Strip;
  onGo: (cameraId: string, begin: Date, end: Date) => void;
}

/** The drawing of the strip. */
export default function StripChart({ strip, onGo }: Props) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const { token } = theme.useToken();
  const place = useRef<HTMLDivElement>(null);
  const go = useRef(onGo);
  go.current = onGo;
  const rows = strip.cameras.length;
  useEffect(() => {
    if (!place.current) return;
    const chart = init(place.current);
    const cells = cellsOf(strip);
    chart.setOption(
      optionOf(
        strip,
        cells,
        {
          text: token.colorTextSecondary,
          line: token.colorSplit,
          font: token.fontFamily,
          motion: token.colorTextQuaternary,
          still: token.colorBorder,
          ground: token.colorBgContainer,
          narrow: place.current.clientWidth < NARROW_PX,
        },
        ({ camera_name, begin, alarms, motion }) =>
          [
            t("alarms.strip.at", { camera: camera_name, time: momentOf(begin, language).slice(0, -3) }),
            alarms > 0 && t("alarms.strip.alarms", { count: alarms }),
            motion !== null && t("alarms.strip.motion", { percent: Math.round(100 * motion) }),
          ]
            .filter(Boolean)
            .join("\n"),
      ),
    );
    chart.on("click", ({ dataIndex }) => {
      const cell = cells[dataIndex];
      if (cell) go.current(cell.camera_id, cell.begin, cell.end);
    });
    const watch = new ResizeObserver(() => chart.resize());
    watch.observe(place.current);
    return () => {
      watch.disconnect();
      chart.dispose();
    };
  }, [strip, token, language, t]);
  return (
    <div style={{ maxHeight: MOST_ROWS * ROW_PX + AXIS_PX, overflowY: "auto" }}>
      <div style={{ position: "relative" }}>
        <div
          ref={place}
          role="img"
          aria-label={t("alarms.strip.label", { count: rows })}
          style={{ height: rows * ROW_PX + AXIS_PX, width: "100%" }}
        />
        <small style={{ position: "absolute", left: 8, top: 2, color: token.colorTextDescription }}>
          <span style={{ color: token.colorTextQuaternary }}>▃ </span>
          {t("alarms.strip.moved")}
        </small>
      </div>
    </div>
  );
}
