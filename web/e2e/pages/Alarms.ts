import type { Visitor } from "../parts/visitor";
import { called, say } from "../parts/words";

/** The list of alarms, and one of them. */
export class Alarms {
  constructor(private readonly visitor: Visitor) {}

  /** Wait for the clip of the open alarm, and play it. */
  async playClip(): Promise<void> {
    const { page } = this.visitor;
    const clip = `section[aria-label="${say("rooms.alarms")}"] article video`;
    await page.waitForFunction((which) => {
      const video = document.querySelector<HTMLVideoElement>(which);
      if (video?.paused) void video.play().catch(() => undefined);
      return (video?.currentTime ?? 0) > 0.5;
    }, clip);
  }

  /** Why it was raised: each gate with what was measured. */
  async reasons(): Promise<string> {
    const { page } = this.visitor;
    const heading = page.getByRole("heading", { name: say("alarms.why"), exact: true });
    return page.locator("article section").filter({ has: heading }).innerText();
  }

  async markFalse(): Promise<void> {
    const { page } = this.visitor;
    await page.getByRole("button", { name: called(say("alarms.act.false")) }).click();
    await page.getByText(say("alarms.act.falseMeans")).waitFor();
  }

  /** Wait until the console says that there is no such alarm for this person. */
  async isNotThere(): Promise<void> {
    await this.visitor.page.getByText(say("alarms.gone")).waitFor();
  }

  /** How many alarms the list shows. */
  async listed(): Promise<number> {
    return this.visitor.page.locator("li[id^=alarm-]").count();
  }
}
