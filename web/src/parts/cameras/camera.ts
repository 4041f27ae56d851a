import type { Schemas } from "../../api/client";
import type { Camera, Task } from "./queries";

/** What has to be sent to keep a camera as it is; the mask of its password stays in the address. */
export function bodyOf(camera: Camera): Schemas["CameraIn"] {
  const { name, url, options, main_url, main_options, host_id, group_id, place, enabled } = camera;
  const { site_map_id, map_x, map_y } = camera;
  return {
    ...{ name, url, options, main_url, main_options, host_id, group_id, place, enabled },
    ...{ site_map_id, map_x, map_y },
  };
}

/** Facts of a stream in one line, such as 1920×1080 H.264 25 fps. */
export function streamLine({ codec, width, height, fps }: Pick<Schemas["SeenStream"], Fact>): string {
  const parts = [
    width > 0 ? `${width}×${height}` : "",
    codec && (CODECS[codec] ?? codec.toUpperCase()),
    fps > 0 ? `${Math.round(fps * 10) / 10} fps` : "",
  ];
  return parts.filter(Boolean).join(" ");
}

type Fact = "codec" | "width" | "height" | "fps";
const CODECS: Record<string, string> = { h264: "H.264", hevc: "H.265", h265: "H.265", mjpeg: "MJPEG", mpeg4: "MPEG-4" };

/** The task of a camera whose pictures are shown: one that runs, else any. */
export function shownTask(tasks: Task[]): Task | undefined {
  const order = ["online", "degraded", "connecting", "offline"];
  const rank = (task: Task) => (order.indexOf(task.status.condition) + order.length + 1) % (order.length + 1);
  return [...tasks].sort((one, other) => rank(one) - rank(other))[0];
}

/** Put a login into an address that has none. */
export function withLogin(url: string, user: string, password: string): string {
  const at = url.indexOf("://");
  if (!user || at < 0) return url;
  const rest = url.slice(at + 3);
  if (/^[^/?#]*@/.test(rest)) return url; // it has one
  return `${url.slice(0, at + 3)}${encodeURIComponent(user)}:${encodeURIComponent(password)}@${rest}`;
}

/** How wide the picture of a camera is for its height, as far as one knows. */
export function ratioOf({ stream }: Pick<Camera, "stream">): number {
  const [width, height] = [Number(stream.width), Number(stream.height)];
  return width > 0 && height > 0 ? width / height : 16 / 9;
}

/** Names of groups from the top, by id. */
export function groupPaths(groups: Schemas["Group"][]): Map<string, string> {
  const known = new Map(groups.map((group) => [group.id, group]));
  const path = (id: string | null, deeper = 32): string[] => {
    const group = id && deeper ? known.get(id) : undefined;
    return group ? [...path(group.parent_id, deeper - 1), group.name] : [];
  };
  return new Map(groups.map(({ id }) => [id, path(id).join(" / ")]));
}
