import type { Visitor } from "../parts/visitor";
import { called, say } from "../parts/words";

/** Settings: who may come in. */
export class People {
  constructor(private readonly visitor: Visitor) {}

  /** Begin to make an account. */
  async begin(name: string): Promise<void> {
    await this.visitor.page.getByRole("button", { name: called(say("settings.people.add")) }).click();
    await this.name.fill(name);
  }

  /** The name that was begun. */
  begun(): Promise<string> {
    return this.name.inputValue();
  }

  /** Make it one that sees one group of cameras. */
  async addViewer(name: string, password: string, group: string): Promise<void> {
    const { page } = this.visitor;
    const drawer = page.getByRole("dialog");
    await this.name.fill(name);
    await drawer.getByLabel(say("settings.people.password"), { exact: true }).fill(password);
    await drawer.getByLabel(say("settings.people.role"), { exact: true }).click();
    await page.locator(".ant-select-dropdown").getByTitle(say("settings.role.viewer"), { exact: true }).click();
    await drawer.getByRole("switch", { name: say("settings.people.all") }).click();
    await drawer.getByLabel(say("settings.sections.groups"), { exact: true }).click();
    await page.locator(".ant-select-tree").getByTitle(group, { exact: true }).click();
    await drawer.getByRole("button", { name: called(say("settings.save")) }).click();
    await page.getByRole("cell", { name, exact: true }).waitFor();
  }

  private get name() {
    return this.visitor.page.getByRole("dialog").getByLabel(say("settings.name"), { exact: true });
  }
}
