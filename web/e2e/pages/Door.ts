import type { Visitor } from "../parts/visitor";
import { called, say } from "../parts/words";

/** Where one comes in. */
export class Door {
  constructor(private readonly visitor: Visitor) {}

  /** Follow the link of the first start. */
  async makeFirstAccount(name: string, password: string): Promise<void> {
    const { page, site } = this.visitor;
    await page.goto(site.link);
    await page.getByRole("heading", { name: say("entrance.setup") }).waitFor();
    await this.fill(name, password);
    await this.visitor.type(say("entrance.again"), password);
    await page.getByRole("button", { name: called(say("entrance.make")) }).click();
    await page.locator("main#content").waitFor();
  }

  async logIn(name: string, password: string): Promise<void> {
    await this.isShut();
    await this.fill(name, password);
    await this.visitor.page.getByRole("button", { name: called(say("entrance.login")) }).click();
    await this.visitor.page.locator("main#content").waitFor();
  }

  /** Wait until the login is asked for. */
  async isShut(): Promise<void> {
    await this.visitor.page.getByRole("heading", { name: say("entrance.login") }).waitFor();
  }

  private async fill(name: string, password: string): Promise<void> {
    await this.visitor.type(say("entrance.name"), name);
    await this.visitor.type(say("entrance.password"), password);
  }
}
