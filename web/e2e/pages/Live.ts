import type { Visitor } from "../parts/visitor";
import { say } from "../parts/words";

/** The wall and the feed beside it. */
export class Live {
  constructor(private readonly visitor: Visitor) {}

  /** Wait until the picture of a camera moves on the wall. */
  async plays(camera: string): Promise<void> {
    const { page } = this.visitor;
    const wall = `section[aria-label="${say("live.wall")}"]`;
    await page.locator(`${wall} video[aria-label="${camera}"]`).waitFor();
    await page.waitForFunction(
      (which) => (document.querySelector<HTMLVideoElement>(which)?.currentTime ?? 0) > 0.2,
      `${wall} video[aria-label="${camera}"]`,
    );
  }

  /** Open the newest alarm of the feed. */
  async openNewestAlarm(): Promise<void> {
    const { page } = this.visitor;
    await page
      .getByRole("complementary", { name: say("rooms.alarms") })
      .getByRole("link")
      .first()
      .click();
    await page.waitForURL(/alarms\/\w+/);
  }

  /** Names of the cameras on the wall. */
  async cameras(): Promise<string[]> {
    const tiles = this.visitor.page.locator(`section[aria-label="${say("live.wall")}"] article`);
    await tiles.first().waitFor();
    return tiles.locator("strong").allInnerTexts();
  }
}
