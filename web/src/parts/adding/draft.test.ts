import { expect, test } from "vitest";
import { draftOf, type FoundCamera } from "./draft";

const stream = { token: "", name: "", channel: 1, url: "", codec: "", height: 0, fps: 0 };
const camera: FoundCamera = {
  ...{ type: "onvif", url: "onvif://10.0.0.5", address: "10.0.0.5", vendor: "Acme", model: "Dome" },
  ...{ name: "", serial: "", more_addresses: [], note: "" },
  streams: [
    { ...stream, role: "main", width: 2560 },
    { ...stream, role: "sub", width: 640 },
  ],
};
const login = (url: string) => url.replace("://", "://u:p@");

test("the sub stream is analysed, clips are cut from the main stream", () => {
  expect(draftOf(camera, login)).toEqual({
    url: "onvif://u:p@10.0.0.5",
    options: { profile: "sub" },
    main_url: "onvif://u:p@10.0.0.5",
    main_options: { profile: "main" },
    name: "Acme Dome",
  });
});

test("a camera that tells of no streams is taken as it is", () => {
  const webcam = { ...camera, url: "usb:Webcam", address: "/dev/video0", name: "Webcam", streams: [] };
  expect(draftOf(webcam, (url) => url)).toEqual({ url: "usb:Webcam", options: {}, name: "Webcam" });
});
