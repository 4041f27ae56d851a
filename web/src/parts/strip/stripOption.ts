import type { CustomSeriesOption } from "echarts/charts";
import type { EChartsCoreOption } from "echarts/core";
import type { Schemas } from "../../api/client";
import { type Severity, severityColour } from "../../app/theme";

export type Strip = Schemas["Timeline"];

export interface Cell {
  row: number;
  camera_id: string;
  camera_name: string;
  begin: Date;
  end: Date;
  alarms: number;
  colour: string;
}

const FEW = 3;

/** The pieces of time in which a camera had alarms. */
export function cellsOf({ since, bucket_s, cameras }: Strip): Cell[] {
  const start_ms = Date.parse(since);
  return cameras.flatMap(({ camera_id, camera_name, alarms = [], severity = [] }, row) =>
    alarms.flatMap((count, piece) => {
      if (!count) return [];
      const begin = new Date(start_ms + piece * bucket_s * 1000);
      const end = new Date(begin.getTime() + bucket_s * 1000);
      const colour = severityColour[(severity[piece] || "info") as Severity];
      return [{ row, camera_id, camera_name, begin, end, alarms: count, colour }];
    }),
  );
}

const drawCell: NonNullable<CustomSeriesOption["renderItem"]> = (_, api) => {
  const [left, middle] = api.coord([api.value(0), api.value(2)]) as [number, number];
  const [right] = api.coord([api.value(1), api.value(2)]) as [number, number];
  const share = Math.min(1, Number(api.value(3)) / FEW);
  const height = 5 + 9 * share;
  return {
    type: "rect",
    shape: { x: left, y: middle - height / 2, width: Math.max(4, right - left - 1), height, r: 1 },
    style: { fill: String(api.visual("color")) },
  };
};

/** What ECharts is told: a row for each camera, a block for each ten minutes with alarms, the taller the more. */
export function optionOf(
  { since, cameras }: Strip,
  cells: Cell[],
  look: { text: string; line: string; font: string },
  say: (cell: Cell) => string,
): EChartsCoreOption {
  const start_ms = Date.parse(since);
  const text = { color: look.text, fontFamily: look.font, fontSize: 11 };
  return {
    animation: false,
    grid: { left: 120, right: 16, top: 2, bottom: 22 },
    // Rich text is drawn, not parsed: a camera's name is never markup.
    tooltip: {
      renderMode: "richText",
      formatter: ({ dataIndex }: { dataIndex: number }) => (cells[dataIndex] ? say(cells[dataIndex]) : ""),
    },
    xAxis: {
      type: "time",
      min: start_ms,
      max: start_ms + 86_400_000,
      axisLabel: { ...text, hideOverlap: true, formatter: "{HH}:{mm}" },
      splitLine: { show: true, lineStyle: { color: look.line } },
    },
    yAxis: {
      type: "category",
      inverse: true,
      data: cameras.map((camera) => camera.camera_name),
      axisLabel: { ...text, width: 108, overflow: "truncate", interval: 0 },
      axisLine: { show: false },
      axisTick: { show: false },
      splitLine: { show: true, lineStyle: { color: look.line } },
    },
    series: [
      {
        type: "custom",
        renderItem: drawCell,
        data: cells.map(({ begin, end, row, alarms, colour }) => ({
          value: [begin.getTime(), end.getTime(), row, alarms],
          itemStyle: { color: colour },
        })),
        encode: { x: [0, 1], y: 2 },
      },
    ],
  };
}
