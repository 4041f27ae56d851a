import { theme } from "antd";
import type { EChartsType } from "echarts/core";
import { useEffect, useRef } from "react";
import { usePreferences } from "../../app/preferences";

export interface Curve {
  name: string;
  colour: string;
  /** Milliseconds since 1970, and the value; null: nothing is known of that time. */
  points: [number, number | null][];
}

interface Props {
  label: string;
  curves: Curve[];
  /** From and to, in milliseconds since 1970. */
  span: [number, number];
  most?: number;
  say: (value: number) => string;
  height_px?: number;
}

/** Curves over time; what draws them is fetched when the first is shown. */
export function Curves({ label, curves, span, most, say, height_px = 180 }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType>(undefined);
  const { token } = theme.useToken();
  const { language } = usePreferences();
  const told = useRef(say);
  told.current = say;
  useEffect(() => {
    let gone = false;
    const element = place.current;
    if (!element) return;
    const watch = new ResizeObserver(() => chart.current?.resize());
    void import("./drawing").then(({ init }) => {
      if (gone) return;
      chart.current ??= init(element, undefined, { locale: language === "zh" ? "ZH" : "EN" });
      watch.observe(element);
      const colours = { text: token.colorTextSecondary, line: token.colorSplit, ground: token.colorBgElevated };
      chart.current.setOption(
        optionOf({ curves, span, most, colours, font: token.fontFamily, say: told.current }),
        true,
      );
    });
    return () => {
      gone = true;
      watch.disconnect();
    };
  }, [curves, span, most, token, language]);
  useEffect(
    () => () => {
      chart.current?.dispose();
      chart.current = undefined;
    },
    [],
  );
  return <div ref={place} role="img" aria-label={label} style={{ height: height_px, width: "100%" }} />;
}

interface Looks {
  curves: Curve[];
  span: [number, number];
  most: number | undefined;
  colours: { text: string; line: string; ground: string };
  font: string;
  say: (value: number) => string;
}

/** Where a curve has no value it breaks: nothing is made up in between. */
export function optionOf({ curves, span: [from, to], most, colours, font, say }: Looks) {
  return {
    animation: false,
    textStyle: { fontFamily: font, color: colours.text },
    grid: { left: 8, right: 12, top: 32, bottom: 4, containLabel: true },
    legend: { top: 0, left: 0, itemWidth: 14, itemHeight: 8, icon: "roundRect", textStyle: { color: colours.text } },
    tooltip: {
      trigger: "axis" as const,
      backgroundColor: colours.ground,
      borderColor: colours.line,
      textStyle: { color: colours.text },
      valueFormatter: (value: unknown) => (typeof value === "number" ? say(value) : "–"),
    },
    xAxis: {
      type: "time" as const,
      min: from,
      max: to,
      axisLine: { lineStyle: { color: colours.line } },
      axisLabel: { color: colours.text, hideOverlap: true },
      splitNumber: 5,
    },
    yAxis: {
      type: "value" as const,
      min: 0,
      max: most,
      splitNumber: 4,
      axisLabel: { color: colours.text, formatter: say },
      splitLine: { lineStyle: { color: colours.line } },
    },
    series: curves.map(({ name, colour, points }) => ({
      type: "line" as const,
      name,
      data: points,
      showSymbol: false,
      color: colour,
      lineStyle: { width: 1.5 },
      areaStyle: curves.length === 1 ? { opacity: 0.12 } : undefined,
    })),
  };
}
