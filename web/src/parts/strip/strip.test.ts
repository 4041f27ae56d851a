import { expect, test } from "vitest";
import type { Schemas } from "../../api/client";
import { severityColour } from "../../app/theme";
import { cellsOf } from "./stripOption";

const strip = (some: Pick<Schemas["TimelineStrip"], "alarms" | "severity" | "motion">) => ({
  camera_id: "c",
  camera_name: "Gate",
  ...some,
});

test("each ten minutes with pictures or alarms is a cell of its camera", () => {
  const cells = cellsOf({
    since: "2026-11-29T00:00:00Z",
    bucket_s: 600,
    cameras: [
      strip({ alarms: [0, 0], severity: ["", ""], motion: [null, 0] }),
      strip({ alarms: [0, 2], severity: ["", "critical"], motion: [0.5, null] }),
    ],
  });
  expect(cells.map(({ row, alarms, motion }) => [row, alarms, motion])).toEqual([
    [0, 0, 0],
    [1, 0, 0.5],
    [1, 2, null],
  ]);
  expect(cells[2]).toEqual({
    row: 1,
    camera_id: "c",
    camera_name: "Gate",
    begin: new Date("2026-11-29T00:10:00Z"),
    end: new Date("2026-11-29T00:20:00Z"),
    alarms: 2,
    motion: null,
    colour: severityColour.critical,
  });
});
