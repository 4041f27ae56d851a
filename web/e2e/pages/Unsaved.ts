import type { Visitor } from "../parts/visitor";
import { called, say } from "../parts/words";

/** The question whether an edit may be lost. */
export class Unsaved {
  constructor(private readonly visitor: Visitor) {}

  async stay(): Promise<void> {
    await this.answer(say("unsaved.stay"));
  }

  async leave(): Promise<void> {
    await this.answer(say("unsaved.leave"));
  }

  private async answer(button: string): Promise<void> {
    const asked = this.visitor.page.getByRole("dialog").filter({ hasText: say("unsaved.title") });
    await asked.getByRole("button", { name: called(button) }).click();
    await asked.waitFor({ state: "hidden" });
  }
}
