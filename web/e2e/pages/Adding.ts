import type { Visitor } from "../parts/visitor";
import { called, say } from "../parts/words";

/** Adding a camera: in the first five minutes, and later in the room of cameras. */
export class Adding {
  constructor(private readonly visitor: Visitor) {}

  /** Add a recording as a camera, once its picture is seen. */
  async addRecording(file: string, name: string): Promise<void> {
    const { page } = this.visitor;
    await page.getByText(say("adding.ways.upload"), { exact: true }).click();
    await page.locator("input[type=file]").setInputFiles(file);
    await this.seePicture();
    await this.keepAs(name);
  }

  /** Ask a camera for its picture by its address and its password. */
  async lookAt(url: string, user: string, password: string): Promise<void> {
    await this.visitor.type(say("adding.url"), url);
    await this.visitor.type(say("adding.user"), user);
    await this.visitor.type(say("adding.password"), password);
    await this.visitor.page.getByRole("button", { name: called(say("adding.look")) }).click();
  }

  /** Name what was looked at, and keep it. */
  async keepAs(name: string): Promise<void> {
    const { page } = this.visitor;
    await this.visitor.type(say("adding.name"), name);
    await page.getByRole("button", { name: called(say("adding.save")) }).click();
    await page.getByLabel(say("adding.name"), { exact: true }).waitFor({ state: "detached" });
  }

  /** Wait for the picture; a machine that is busy may need a second look. */
  async seePicture(): Promise<void> {
    const { page } = this.visitor;
    const picture = page.getByRole("img", { name: say("adding.picture") });
    const again = page.getByRole("button", { name: called(say("failed.again")) });
    await picture.or(again).first().waitFor();
    if (await again.isVisible()) await again.click();
    await picture.waitFor();
  }
}
