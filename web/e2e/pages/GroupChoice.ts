import type { Visitor } from "../parts/visitor";
import { called, say } from "../parts/words";

/** The field that says which group a camera belongs to. */
export class GroupChoice {
  constructor(private readonly visitor: Visitor) {}

  /** Make a group and choose it. */
  async make(name: string): Promise<void> {
    const { page } = this.visitor;
    const choice = page.getByLabel(say("adding.group"), { exact: true });
    await choice.click();
    await page.getByLabel(say("adding.newGroup")).fill(name);
    await page.getByRole("button", { name: called(say("adding.makeGroup")) }).click();
    await page.locator("form").getByText(name, { exact: true }).waitFor();
    await choice.press("Escape");
  }
}
