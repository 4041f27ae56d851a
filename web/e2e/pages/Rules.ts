import type { Visitor } from "../parts/visitor";
import { called, say } from "../parts/words";

/** What cameras watch for. */
export class Rules {
  constructor(private readonly visitor: Visitor) {}

  async open(camera: string): Promise<void> {
    const { page } = this.visitor;
    await page.getByRole("link", { name: camera, exact: true }).click();
    await page.getByRole("button", { name: called(say("rules.whatIf")) }).waitFor();
  }

  /** Wait until zones are drawn over the picture of the camera itself, whatever its shape, and not over bars beside it. */
  async placesLieOnThePicture(): Promise<void> {
    await this.visitor.page.waitForFunction(() => {
      const [video, drawn] = [document.querySelector("main video"), document.querySelector("[role=application]")];
      if (!(video instanceof HTMLVideoElement) || !drawn || !video.videoWidth) return false;
      const { width, height } = drawn.getBoundingClientRect();
      return Math.abs(width / height - video.videoWidth / video.videoHeight) < 0.02;
    });
  }

  /** Give a setting of the first rule another value, without saving it. */
  async set(setting: string, value: string): Promise<void> {
    await this.visitor.page.locator(`#rule-0-${setting}`).fill(value);
    await this.visitor.page.locator(`#rule-0-${setting}`).press("Tab");
  }

  /** Ask what the edit would have done; return what it says. */
  async whatIf(): Promise<string> {
    const { page } = this.visitor;
    await page.getByRole("button", { name: called(say("rules.whatIf")) }).click();
    const drawer = page.getByRole("dialog");
    await drawer.getByRole("heading", { level: 2 }).waitFor();
    return drawer.getByRole("heading", { level: 2 }).innerText();
  }

  /** Close the answer that is open above the page. */
  async closeWhatIf(): Promise<void> {
    const { page } = this.visitor;
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
  }

  /** Forget the edit. */
  async discard(): Promise<void> {
    const { page } = this.visitor;
    await page.getByRole("button", { name: called(say("rules.discard")) }).click();
  }
}
