import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { speak } from "../src/words";
import { Adding } from "./pages/Adding";
import { Alarms } from "./pages/Alarms";
import { Cameras } from "./pages/Cameras";
import { Door } from "./pages/Door";
import { Live } from "./pages/Live";
import { People } from "./pages/People";
import { Reports } from "./pages/Reports";
import { Rules } from "./pages/Rules";
import { Shell } from "./pages/Shell";
import { Unsaved } from "./pages/Unsaved";
import { Welcome } from "./pages/Welcome";
import { barriers } from "./parts/axe";
import { theSite } from "./parts/site";
import { sticksOut, tooSmall } from "./parts/thumb";
import { startBrowser, Visitor } from "./parts/visitor";

const site = theSite();
const PASSWORD = "correct horse battery";
const [GATE, YARD, GROUP, GUEST] = ["Gate", "Yard", "East side", "guest"];
const [LEAST_SCRIPT_BYTES, MOST_SCRIPT_BYTES] = [100_000, 500_000];
/** Most of the picture: people walk all over it. */
const ZONE: [number, number][] = [
  [0.05, 0.1],
  [0.95, 0.1],
  [0.95, 0.95],
  [0.05, 0.95],
];
/** Those with forms, tables, charts and drawings; the slow runs look at all. */
const ROOMS = ["/live", "/alarms", "/rules", "/settings/pushes"];
const OTHER_ROOMS = [
  "/cameras",
  "/hosts",
  "/models",
  "/models?part=states",
  "/reports",
  ...["account", "users", "groups", "keys", "policies", "mail", "storage", "backup", "audit", "system", "licence"].map(
    (section) => `/settings/${section}`,
  ),
];

let browser: Browser;
let admin: Visitor;
let guest: Visitor;
let looking: Visitor;
let steps = 0;

beforeAll(async () => {
  await speak(site.language);
  browser = await startBrowser(site);
  admin = await Visitor.come(browser, site);
  looking = admin;
});

afterEach(async ({ task }) => {
  steps += 1;
  await looking.shoot(`${String(steps).padStart(2, "0")} ${task.name}`);
  expect(await sticksOut(looking.page)).toEqual([]);
});

afterAll(async () => {
  await admin?.leave();
  await guest?.leave();
  await browser?.close();
});

describe("the first day", () => {
  test("the link of the first start makes the first account", async () => {
    await new Door(admin).makeFirstAccount("ada", PASSWORD);
    await admin.page.waitForURL(/welcome/);
  });

  test("a recording becomes the first camera", async () => {
    await new Adding(admin).addRecording(site.recording, GATE);
    await admin.page.waitForURL(/step=what/);
  });

  test("a zone is drawn on its picture", async () => {
    const welcome = new Welcome(admin);
    await welcome.choose(site.language === "zh" ? "入侵检测" : "Intrusion");
    await welcome.draw(ZONE);
  });

  test("somebody walks into it and the first alarm slides in", async () => {
    const welcome = new Welcome(admin);
    await welcome.startWatching();
    await welcome.firstAlarm();
  });

  test("the wall shows the live picture beside the feed", async () => {
    await new Shell(admin).goTo("live");
    await new Live(admin).plays(GATE);
  });

  test("the alarm of the feed has a clip that plays and says why it was raised", async () => {
    await new Live(admin).openNewestAlarm();
    const alarms = new Alarms(admin);
    await alarms.playClip();
    expect(await alarms.reasons()).toMatch(/\d/);
  });

  test("it is marked as false, and the console says what that changes", async () => {
    await new Alarms(admin).markFalse();
  });

  test("what an edit of the rule would have done is tried before it is kept", async () => {
    const rules = new Rules(admin);
    await new Shell(admin).goTo("rules");
    await rules.open(GATE);
    await rules.placesLieOnThePicture();
    await rules.set("min_time_s", "600");
    expect(await rules.whatIf()).toMatch(/\d/);
  });

  test("the edit is not lost without a question, and then dropped", async () => {
    const rules = new Rules(admin);
    await rules.closeWhatIf();
    await new Shell(admin).tryToGo("cameras");
    await new Unsaved(admin).stay();
    await rules.discard();
  });

  test("a second camera is made like it, in a group of its own", async () => {
    await new Shell(admin).goTo("cameras");
    await new Cameras(admin).copy(GATE, YARD, GROUP);
  });

  test("the report arrives as a table and as pages", async () => {
    await new Shell(admin).goTo("reports");
    const reports = new Reports(admin);
    expect((await reports.download("csv")).toString()).toContain(GATE);
    expect((await reports.download("pdf")).subarray(0, 5).toString()).toBe("%PDF-");
  });

  test("an account for somebody who sees that group alone", async () => {
    await admin.go("/settings/users");
    const people = new People(admin);
    await people.begin("half a name");
    await admin.page.keyboard.press("Escape"); // a slip
    await new Unsaved(admin).stay();
    expect(await people.begun()).toBe("half a name");
    await people.addViewer(GUEST, PASSWORD, GROUP);
  });
});

describe("somebody who sees one group", () => {
  test("comes in, and what the browser fetched for it is small", async () => {
    guest = await Visitor.come(browser, site);
    looking = guest;
    await guest.go("/");
    await new Door(guest).logIn(GUEST, PASSWORD);
    expect(await new Live(guest).cameras()).toEqual([YARD]);
    expect(await guest.scripts()).toBeLessThan(MOST_SCRIPT_BYTES);
    expect(await guest.scripts()).toBeGreaterThan(LEAST_SCRIPT_BYTES); // else nothing was counted
  });

  test("sees no other camera in the table, and none of the rooms for setting up", async () => {
    const shell = new Shell(guest);
    await shell.goTo("cameras");
    expect(await new Cameras(guest).names()).toEqual([YARD]);
    await guest.go("/settings/users");
    await guest.page.waitForURL(/settings\/account/);
  });

  test("does not get at another camera by its address", async () => {
    const { id } = await new Cameras(admin).called(GATE);
    await guest.go(`/cameras/${id}`);
    await new Cameras(guest).isNotThere();
    expect(await guest.page.getByText(GATE, { exact: true }).count()).toBe(0);
  });

  test("nor at its alarms", async () => {
    const [alarm] = await new Cameras(admin).alarmsOf(GATE);
    await guest.go(`/alarms/${alarm?.id}`);
    await new Alarms(guest).isNotThere();
    expect(await new Alarms(guest).listed()).toBe(0);
  });

  test("logs out, and the way back leads to the door", async () => {
    await new Shell(guest).logOut();
    await new Door(guest).isShut();
    await guest.page.goBack();
    await new Door(guest).isShut();
  });
});

describe("every room", () => {
  test.each(site.everyRoom ? [...ROOMS, ...OTHER_ROOMS] : ROOMS)(
    "%s has no serious barrier for anybody",
    async (path) => {
      looking = admin;
      await admin.go(path);
      await admin.page.locator("main#content").waitFor();
      await admin.page.locator(".ant-skeleton").first().waitFor({ state: "detached" });
      expect(await barriers(admin.page)).toEqual([]);
      if (admin.phone) expect(await tooSmall(admin.page)).toEqual([]);
    },
  );

  test("nothing went wrong behind it", () => {
    expect([...admin.complaints, ...guest.complaints]).toEqual([]);
  });
});
