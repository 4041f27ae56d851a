import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { speak } from "../src/words";
import { Adding } from "./pages/Adding";
import { Door } from "./pages/Door";
import { Welcome } from "./pages/Welcome";
import { theSite } from "./parts/site";
import { startBrowser, Visitor } from "./parts/visitor";

const site = theSite();
/** The camera that somebody has, and when they started the platform (s since 1970). */
const [CAMERA, STARTED_S] = [new URL(process.env.CAMLOOM_E2E_CAMERA ?? ""), Number(process.env.CAMLOOM_E2E_STARTED_S)];
const FIVE_MINUTES_S = 300;
/** Part of the picture, as somebody would draw it: not exactly, and with a corner more than needed. */
const ZONE: [number, number][] = [
  [0.12, 0.3],
  [0.5, 0.22],
  [0.9, 0.35],
  [0.93, 0.93],
  [0.08, 0.9],
];

let browser: Browser;
let somebody: Visitor;
const reached: Record<string, number> = {};

beforeAll(async () => {
  await speak(site.language);
  browser = await startBrowser(site);
  somebody = await Visitor.come(browser, site);
});

afterEach(async ({ task }) => {
  reached[task.name] = Math.round((Date.now() / 1000 - STARTED_S) * 10) / 10;
  await somebody.shoot(`${Object.keys(reached).length} ${task.name}`);
});

afterAll(async () => {
  writeFileSync(join(site.shots, "reached.json"), JSON.stringify(reached, null, 2));
  await somebody?.leave();
  await browser?.close();
});

describe("somebody with a camera of their own", () => {
  test("makes an account", async () => {
    await new Door(somebody).makeFirstAccount("ada", "correct horse battery");
    await somebody.page.waitForURL(/welcome/);
  });

  test("writes the address of the camera", async () => {
    const { protocol, host, pathname, username, password } = CAMERA;
    await new Adding(somebody).lookAt(`${protocol}//${host}${pathname}`, username, password);
  });

  test("sees its picture", async () => {
    await new Adding(somebody).seePicture();
  });

  test("names it", async () => {
    await new Adding(somebody).keepAs("Front door");
  });

  test("chooses what to watch for", async () => {
    await new Welcome(somebody).choose(site.language === "zh" ? "入侵检测" : "Intrusion");
  });

  test("draws where", async () => {
    await new Welcome(somebody).draw(ZONE);
  });

  test("starts", async () => {
    await new Welcome(somebody).startWatching();
  });

  test("sees the first alarm within five minutes of the start of the platform", async () => {
    await new Welcome(somebody).firstAlarm();
    expect(Date.now() / 1000 - STARTED_S).toBeLessThan(FIVE_MINUTES_S);
    expect(somebody.complaints).toEqual([]);
  });
});
