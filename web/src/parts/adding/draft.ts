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

/** A camera that answered a search. */
export type FoundCamera = Schemas["FoundCamera"];

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
