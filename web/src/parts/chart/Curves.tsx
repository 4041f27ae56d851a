import { useMemo } from "react";
import { Chart, frameOf, type Looks, useLooks } from "./Chart";

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

/** Curves over time. */
export function Curves({ label, curves, span, most, say, height_px = 180 }: Props) {
  const looks = useLooks();
  const option = useMemo(() => optionOf({ curves, span, most, say, looks }), [curves, span, most, say, looks]);
  return <Chart label={label} option={option} height_px={height_px} />;
}

interface Drawn extends Pick<Props, "curves" | "span" | "say"> {
  most: number | undefined;
  looks: Looks;
}

/** Where a curve has no value it breaks: nothing is made up in between. */
export function optionOf({ curves, span: [from, to], most, looks, say }: Drawn) {
  return {
    ...frameOf(looks, say),
    xAxis: {
      type: "time" as const,
      min: from,
      max: to,
      axisLine: { lineStyle: { color: looks.line } },
      axisLabel: { color: looks.text, hideOverlap: true },
      splitNumber: 5,
    },
    yAxis: {
      type: "value" as const,
      min: 0,
      max: most,
      splitNumber: 4,
      axisLabel: { color: looks.text, formatter: say },
      splitLine: { lineStyle: { color: looks.line } },
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
