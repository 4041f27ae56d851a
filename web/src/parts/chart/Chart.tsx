import { theme } from "antd";
import type { EChartsCoreOption, EChartsType } from "echarts/core";
import { useEffect, useRef } from "react";
import { usePreferences } from "../../app/preferences";

/** The colours and the font of the theme, for what is drawn. */
export interface Looks {
  text: string;
  line: string;
  ground: string;
  font: string;
}

interface Props {
  label: string;
  option: EChartsCoreOption;
  height_px: number;
}

/** A drawing; what draws it is fetched when the first is shown. */
export function Chart({ label, option, height_px }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType>(undefined);
  const { language } = usePreferences();
  useEffect(() => {
    let gone = false;
    const element = place.current;
    if (!element) return;
    const watch = new ResizeObserver(() => chart.current?.resize());
    void import("./drawing").then(({ init }) => {
      if (gone) return;
      chart.current ??= init(element, undefined, { locale: language === "zh" ? "ZH" : "EN" });
      watch.observe(element);
      chart.current.setOption(option, true);
    });
    return () => {
      gone = true;
      watch.disconnect();
    };
  }, [option, language]);
  useEffect(
    () => () => {
      chart.current?.dispose();
      chart.current = undefined;
    },
    [],
  );
  return <div ref={place} role="img" aria-label={label} style={{ height: height_px, width: "100%" }} />;
}

/** The looks of the theme, the same object as long as they are the same. */
export function useLooks(): Looks {
  const { token } = theme.useToken();
  const kept = useRef<Looks>(undefined);
  const looks = {
    text: token.colorTextSecondary,
    line: token.colorSplit,
    ground: token.colorBgElevated,
    font: token.fontFamily,
  };
  if (JSON.stringify(kept.current) !== JSON.stringify(looks)) kept.current = looks;
  return kept.current ?? looks;
}

/** What all drawings have in common: legend above, a calm tooltip, thin lines. */
export function frameOf({ text, line, ground, font }: Looks, say: (value: number) => string) {
  return {
    animation: false,
    textStyle: { fontFamily: font, color: text },
    grid: { left: 8, right: 12, top: 32, bottom: 4, containLabel: true },
    legend: { top: 0, left: 0, itemWidth: 14, itemHeight: 8, icon: "roundRect", textStyle: { color: text } },
    tooltip: {
      trigger: "axis" as const,
      backgroundColor: ground,
      borderColor: line,
      textStyle: { color: text },
      valueFormatter: (value: unknown) => (typeof value === "number" ? say(value) : "–"),
    },
  };
}
