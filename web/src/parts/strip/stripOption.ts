import type { CustomSeriesOption } from "echarts/charts";
import type { EChartsCoreOption } from "echarts/core";
import type { Schemas } from "../../api/client";
import { severityColour } from "../../app/theme";

export type Strip = Schemas["Timeline"];

export interface Cell {
  row: number;
  camera_id: string;
  camera_name: string;
  begin: Date;
  end: Date;
  alarms: number;
  /** Share of the time in which something moved; null: no pictures came. */
  motion: number | null;
  colour: string;
}

/** How the strip looks, in the theme of the console. */
export interface Look {
  text: string;
  line: string;
  font: string;
  /** Colours of what moved, and of pictures in which nothing did. */
  motion: string;
  still: string;
  /** What is behind it all. */
  ground: string;
  narrow: boolean;
}

const FEW = 3;
const [ROOM_PX, LEAST_PX] = [14, 2];

/** The pieces of time in which a camera had pictures or alarms. */
export function cellsOf({ since, bucket_s, cameras }: Strip): Cell[] {
  const start_ms = Date.parse(since);
  return cameras.flatMap(({ camera_id, camera_name, alarms = [], severity = [], motion: moved = [] }, row) =>
    alarms.flatMap((count, piece) => {
      const motion = moved[piece] ?? null;
      if (!count && motion === null) return [];
      const begin = new Date(start_ms + piece * bucket_s * 1000);
      const end = new Date(begin.getTime() + bucket_s * 1000);
      const colour = severityColour[severity[piece] || "info"];
      return [{ row, camera_id, camera_name, begin, end, alarms: count, motion, colour }];
    }),
  );
}

/** Below, how much moved: a line where pictures came and nothing did. Over it the alarms, the taller the more. */
function drawCell({ alarms, motion, colour }: Cell, left: number, right: number, middle: number, look: Look) {
  const width = Math.max(1, right - left);
  const bottom = middle + ROOM_PX / 2;
  const block = (height: number, y: number, fill: string, wide = width) => ({
    type: "rect" as const,
    shape: { x: left, y, width: wide, height },
    style: { fill },
  });
  const drawn = [];
  if (motion !== null) {
    const height = motion > 0 ? Math.max(LEAST_PX, ROOM_PX * motion) : 1;
    drawn.push(block(height, bottom - height, motion > 0 ? look.motion : look.still));
  }
  if (alarms > 0) {
    const height = 5 + 9 * Math.min(1, alarms / FEW);
    const edged = { ...block(height, middle - height / 2, colour, Math.max(4, width - 1)) };
    drawn.push({ ...edged, style: { fill: colour, stroke: look.ground, lineWidth: 1 } });
  }
  return drawn;
}

/** What ECharts is told: a row for each camera, a piece of it for each ten minutes. */
export function optionOf(
  { since, cameras }: Strip,
  cells: Cell[],
  look: Look,
  say: (cell: Cell) => string,
): EChartsCoreOption {
  const start_ms = Date.parse(since);
  const text = { color: look.text, fontFamily: look.font, fontSize: 11 };
  return {
    animation: false,
    grid: { left: look.narrow ? 88 : 120, right: 16, top: 22, bottom: 2 },
    // Rich text is drawn, not parsed: a camera's name is never markup.
    tooltip: {
      renderMode: "richText",
      formatter: ({ dataIndex }: { dataIndex: number }) => (cells[dataIndex] ? say(cells[dataIndex]) : ""),
    },
    xAxis: {
      type: "time",
      min: start_ms,
      max: start_ms + 86_400_000,
      position: "top", // in sight also where there are more cameras than rows
      axisLabel: { ...text, hideOverlap: true, formatter: "{HH}:{mm}" },
      splitLine: { show: true, lineStyle: { color: look.line } },
    },
    yAxis: {
      type: "category",
      inverse: true,
      data: cameras.map((camera) => camera.camera_name),
      axisLabel: { ...text, width: look.narrow ? 76 : 108, overflow: "truncate", interval: 0 },
      axisLine: { show: false },
      axisTick: { show: false },
      splitLine: { show: true, lineStyle: { color: look.line } },
    },
    series: [
      {
        type: "custom",
        renderItem: ({ dataIndex }, api) => {
          const [left, middle] = api.coord([api.value(0), api.value(2)]) as [number, number];
          const [right] = api.coord([api.value(1), api.value(2)]) as [number, number];
          const cell = cells[dataIndex];
          return { type: "group", children: cell ? drawCell(cell, left, right, middle, look) : [] };
        },
        data: cells.map(({ begin, end, row }) => [begin.getTime(), end.getTime(), row]),
        encode: { x: [0, 1], y: 2 },
      } satisfies CustomSeriesOption,
    ],
  };
}
