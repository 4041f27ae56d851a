import type { Schemas } from "../../api/client";

/** What the engine says of one analysed frame. */
export type Look = Schemas["LiveLook"];
/** Left, top, right, bottom, as shares of the picture. */
export type Box = Schemas["LiveObject"]["box"];

const KEPT_MS = 20_000;

/** The looks of the last seconds; the picture comes later than its boxes, so they wait here. */
export class Looks {
  private kept: Look[] = [];

  add(look: Look): void {
    const last = this.kept.at(-1);
    if (last && look.pts_ms < last.pts_ms) this.kept = []; // the stream began anew
    this.kept.push(look);
    while (this.kept[0] && this.kept[0].pts_ms < look.pts_ms - KEPT_MS) this.kept.shift();
  }

  /** The newest look at or before a moment, if it is not older than `within_ms`. */
  at(pts_ms: number, within_ms = 700): Look | undefined {
    let found: Look | undefined;
    for (const look of this.kept) {
      if (look.pts_ms > pts_ms + 20) break;
      found = look;
    }
    return found && pts_ms - found.pts_ms <= within_ms ? found : undefined;
  }
}

/** Draw a look on a canvas that lies over the picture; `word` says what its objects are called. */
export function draw(
  canvas: HTMLCanvasElement,
  look: Look | undefined,
  colours: { object: string; alarm: string },
  word: (name: string) => string = (name) => name,
): void {
  const context = canvas.getContext("2d");
  if (!context) return;
  const scale = window.devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth * scale, canvas.clientHeight * scale];
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  context.clearRect(0, 0, width, height);
  if (!look) return;
  context.lineWidth = 2 * scale;
  context.font = `${11 * scale}px sans-serif`;
  for (const one of look.objects) outline(context, one.box, colours.object, `${word(one.class_name)} ${one.track_id}`);
  for (const one of look.alarms) if (one.box) outline(context, one.box, colours.alarm, "");
}

function outline(context: CanvasRenderingContext2D, box: Box, colour: string, label: string): void {
  const { width, height } = context.canvas;
  const [left, top] = [box[0] * width, box[1] * height];
  context.strokeStyle = colour;
  context.strokeRect(left, top, (box[2] - box[0]) * width, (box[3] - box[1]) * height);
  context.fillStyle = colour;
  if (label) context.fillText(label, left + 3, Math.max(top - 4, 12));
}
