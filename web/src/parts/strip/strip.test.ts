import { expect, test } from "vitest";
import { severityColour } from "../../app/theme";
import { cellsOf } from "./stripOption";

test("each ten minutes with alarms is a cell of its camera", () => {
  const strip = (alarms: number[], severity: string[]) => ({ camera_id: "c", camera_name: "Gate", alarms, severity });
  const cells = cellsOf({
    since: "2026-11-29T00:00:00Z",
    bucket_s: 600,
    cameras: [strip([0, 0], ["", ""]), strip([0, 2], ["", "critical"])],
  });
  expect(cells).toEqual([
    {
      row: 1,
      camera_id: "c",
      camera_name: "Gate",
      begin: new Date("2026-11-29T00:10:00Z"),
      end: new Date("2026-11-29T00:20:00Z"),
      alarms: 2,
      colour: severityColour.critical,
    },
  ]);
});
