import { describe, expect, test } from "vitest";
import { groupPaths, shownTask, streamLine, withLogin } from "./camera";
import { everything, type Task } from "./queries";

describe("a login", () => {
  test("goes into an address, whatever is in the password", () => {
    expect(withLogin("rtsp://10.0.0.5/ch1", "admin", "a@b/c")).toBe("rtsp://admin:a%40b%2Fc@10.0.0.5/ch1");
  });
  test("is left out where the address has one, or needs none", () => {
    expect(withLogin("rtsp://u:p@10.0.0.5/ch1", "admin", "x")).toBe("rtsp://u:p@10.0.0.5/ch1");
    expect(withLogin("rtsp://10.0.0.5/ch1", "", "")).toBe("rtsp://10.0.0.5/ch1");
    expect(withLogin("usb:webcam", "admin", "x")).toBe("usb:webcam");
  });
  test("is not mistaken for an at sign in the path", () => {
    expect(withLogin("rtsp://10.0.0.5/a@b", "u", "p")).toBe("rtsp://u:p@10.0.0.5/a@b");
  });
});

test("facts of a stream are said as far as they are known", () => {
  expect(streamLine({ codec: "h264", width: 1920, height: 1080, fps: 25 })).toBe("1920×1080 H.264 25 fps");
  expect(streamLine({ codec: "vp9", width: 0, height: 0, fps: 0 })).toBe("VP9");
  expect(streamLine({ codec: "", width: 0, height: 0, fps: 0 })).toBe("");
});

test("the task that is shown is one that runs", () => {
  const one = (id: string, condition: string) => ({ id, status: { condition } }) as Task;
  const tasks = [one("a", "stopped"), one("b", "offline"), one("c", "online")];
  expect(shownTask(tasks)?.id).toBe("c");
  expect(shownTask(tasks.slice(0, 2))?.id).toBe("b");
  expect(shownTask([])).toBeUndefined();
});

test("groups are named from the top, and a circle does no harm", () => {
  const paths = groupPaths([
    { id: "1", name: "Site", parent_id: null },
    { id: "2", name: "Hall", parent_id: "1" },
    { id: "3", name: "Round", parent_id: "3" },
  ]);
  expect(paths.get("2")).toBe("Site / Hall");
  expect(paths.get("3")?.startsWith("Round")).toBe(true);
});

test("a long list is fetched to its end", async () => {
  const pages: Record<string, { items: number[]; next: string | null }> = {
    first: { items: [1, 2], next: "b" },
    b: { items: [3], next: null },
  };
  expect(await everything(async (after) => pages[after ?? "first"] ?? { items: [] })).toEqual([1, 2, 3]);
});
