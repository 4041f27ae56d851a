import { expect, test } from "vitest";
import { draftOf, foundCameras } from "./draft";

const told = {
  url: "onvif://10.0.0.5",
  address: "10.0.0.5",
  vendor: "Acme",
  model: "Dome",
  streams: [{ role: "main", width: 2560 }, { role: "sub", width: 640 }, null],
};
const login = (url: string) => url.replace("://", "://u:p@");

test("what is no camera is left out of what was found", () => {
  expect(foundCameras([told, {}, { url: 7 }])).toHaveLength(1);
  expect(foundCameras([told])[0]?.streams.map(({ role }) => role)).toEqual(["main", "sub"]);
});

test("the sub stream is analysed, clips are cut from the main stream", () => {
  const [camera] = foundCameras([told]);
  expect(camera && draftOf(camera, login)).toEqual({
    url: "onvif://u:p@10.0.0.5",
    options: { profile: "sub" },
    main_url: "onvif://u:p@10.0.0.5",
    main_options: { profile: "main" },
    name: "Acme Dome",
  });
});

test("a camera that tells of no streams is taken as it is", () => {
  const [camera] = foundCameras([{ url: "usb:Webcam", address: "/dev/video0", name: "Webcam" }]);
  expect(camera && draftOf(camera, (url) => url)).toEqual({ url: "usb:Webcam", options: {}, name: "Webcam" });
});
