import type { Schemas } from "../../api/client";

/** A source that somebody means to add, before it is probed. */
export interface Draft {
  url: string;
  options: Schemas["SourceOptions"];
  main_url?: string;
  main_options?: Schemas["SourceOptions"];
  /** What the camera could be called. */
  name: string;
}

export interface FoundStream {
  token: string;
  role: string;
  url: string;
  codec: string;
  width: number;
  height: number;
  fps: number;
}

/** A camera that answered a search, as far as people choose by it. */
export interface FoundCamera {
  url: string;
  address: string;
  vendor: string;
  model: string;
  name: string;
  note: string;
  streams: FoundStream[];
}

const text = (value: unknown) => (typeof value === "string" ? value : "");
const figure = (value: unknown) => (typeof value === "number" ? value : 0);

/** Read what a search found; what is no camera is left out. */
export function foundCameras(found: Record<string, unknown>[]): FoundCamera[] {
  return found.filter((one) => text(one.url)).map(foundCamera);
}

function foundCamera(one: Record<string, unknown>): FoundCamera {
  const { url, address, vendor, model, name, note, streams } = one;
  const listed = Array.isArray(streams) ? streams : [];
  return {
    ...{ url: text(url), address: text(address), vendor: text(vendor), model: text(model) },
    ...{ name: text(name), note: text(note) },
    streams: listed.filter((stream) => typeof stream === "object" && stream !== null).map(foundStream),
  };
}

function foundStream(one: Record<string, unknown>): FoundStream {
  const { token, role, url, codec, width, height, fps } = one;
  return {
    ...{ token: text(token), role: text(role), url: text(url), codec: text(codec) },
    ...{ width: figure(width), height: figure(height), fps: figure(fps) },
  };
}

/** What to add for a found camera: its sub stream is analysed, clips are cut from its main stream. */
export function draftOf(camera: FoundCamera, login: (url: string) => string): Draft {
  const name = camera.name || [camera.vendor, camera.model].filter(Boolean).join(" ") || camera.address;
  const url = login(camera.url);
  const [main, sub] = ["main", "sub"].map((role) => camera.streams.find((stream) => stream.role === role));
  const byProfile = camera.url.startsWith("onvif");
  if (!byProfile || !sub) return { url, options: {}, name };
  if (!main) return { url, options: { profile: "sub" }, name };
  return { url, options: { profile: "sub" }, main_url: url, main_options: { profile: "main" }, name };
}
