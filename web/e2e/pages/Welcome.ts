import type { Visitor } from "../parts/visitor";
import { called, say } from "../parts/words";

const CANVAS = "[role=application] canvas";

/** From nothing to a camera that watches. */
export class Welcome {
  constructor(private readonly visitor: Visitor) {}

  /** Choose what to watch for. */
  async choose(template: string): Promise<void> {
    const { page } = this.visitor;
    await this.visitor.type(say("welcome.find"), template);
    await page.getByRole("button", { name: template }).first().click();
    await page.waitForURL(/step=draw/);
  }

  /** Draw a zone on the picture, corner by corner. */
  async draw(corners: [number, number][]): Promise<void> {
    await this.visitor.page.locator(CANVAS).first().waitFor();
    for (const corner of [...corners, ...corners.slice(0, 1)]) await this.visitor.touch(CANVAS, ...corner);
    await this.visitor.page.getByRole("button", { name: called(say("welcome.again")) }).waitFor();
  }

  async startWatching(): Promise<void> {
    const { page } = this.visitor;
    await page.getByRole("button", { name: called(say("welcome.watch")) }).click();
    await page.waitForURL(/step=done/);
  }

  /** Wait for the first alarm; it slides in by itself. */
  async firstAlarm(): Promise<void> {
    await this.visitor.page.getByText(say("welcome.arrived")).waitFor();
  }
}
