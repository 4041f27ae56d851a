import { expect, test } from "vitest";
import { sayFact } from "./facts";

test.each([
  ["every 25 frames, 1.0 s", "每 25 帧，1.0 秒"],
  ["every 48.4 (30 to 61) frames, 1.9 (1.2 to 2.44) s", "每 48.4 （30 至 61） 帧，1.9 （1.2 至 2.44） 秒"],
  ["3 within 4 s", "4 秒内 3 个"],
  ["25 fps said, 24.9 measured, uneven", "声明 25 帧/秒，实测 24.9，不均匀"],
  ["not said, 10 measured", "未声明，实测 10"],
  ["1 picture held back", "延后 1 帧"],
  ["100 frames, 4 of them keyframes, 4 s", "100 帧，其中关键帧 4 个，4 秒"],
  ["mov,mp4, 79.5 s", "mov,mp4，79.5 秒"],
  ["rtsp, live", "rtsp，实时"],
  ["768x576 yuv420p, interlaced", "768x576 yuv420p，隔行扫描"],
  ["none", "无"],
  ["h264 (High)", "h264 (High)"],
])("%s", (english, chinese) => {
  expect(sayFact(english, "zh")).toBe(chinese);
  expect(sayFact(english, "en")).toBe(english);
});
