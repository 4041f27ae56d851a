import { useMemo } from "react";
import { Chart, frameOf, type Looks, useLooks } from "./Chart";

export interface BarRow {
  name: string;
  colour: string;
  /** One for each place; null: there is none. */
  values: (number | null)[];
}

interface Props {
  label: string;
  /** What stands below the bars. */
  places: string[];
  rows: BarRow[];
  stacked?: boolean;
  height_px?: number;
}

const sayCount = (value: number) => value.toLocaleString();

/** Counts beside each other, or on top of each other. The rows and places have to stay the same objects. */
export function Bars({ label, places, rows, stacked = false, height_px = 200 }: Props) {
  const looks = useLooks();
  const option = useMemo(() => barsOf(places, rows, stacked, looks), [places, rows, stacked, looks]);
  return <Chart label={label} option={option} height_px={height_px} />;
}

/** What is drawn: whole numbers only, and a legend where there is more than one row. */
export function barsOf(places: string[], rows: BarRow[], stacked: boolean, looks: Looks) {
  const frame = frameOf(looks, sayCount);
  return {
    ...frame,
    grid: { ...frame.grid, top: rows.length > 1 ? 32 : 8 },
    legend: { ...frame.legend, show: rows.length > 1 },
    xAxis: {
      type: "category" as const,
      data: places,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: looks.line } },
      axisLabel: { color: looks.text, hideOverlap: true },
    },
    yAxis: {
      type: "value" as const,
      minInterval: 1,
      splitNumber: 4,
      axisLabel: { color: looks.text },
      splitLine: { lineStyle: { color: looks.line } },
    },
    series: rows.map(({ name, colour, values }) => ({
      type: "bar" as const,
      name,
      data: values,
      color: colour,
      stack: stacked ? "all" : undefined,
      barMaxWidth: 24,
      barGap: "10%",
    })),
  };
}
