import type { en } from "../../src/words/common";
import type { Visitor } from "../parts/visitor";
import { called, say } from "../parts/words";

export type RoomName = keyof typeof en.rooms;

/** The rail of rooms, and what concerns the person. */
export class Shell {
  constructor(private readonly visitor: Visitor) {}

  /** Go to a room by the rail; on a phone those that do not fit the bar are behind its last button. */
  async goTo(room: RoomName): Promise<void> {
    await this.tryToGo(room);
    // The room before is shown until the code of the next one is there.
    await this.visitor.page.getByRole("heading", { level: 1, name: say(`rooms.${room}`), exact: true }).waitFor();
  }

  /** Click on a room; something may have to be said first. */
  async tryToGo(room: RoomName): Promise<void> {
    const { page } = this.visitor;
    const named = { name: called(say(`rooms.${room}`)) };
    const inBar = page.getByRole("menuitem", named).first();
    if (await inBar.isVisible()) return inBar.click();
    await page.locator("nav .ant-menu-overflow-item-rest").click();
    await page.locator(".ant-menu-submenu-popup").getByRole("menuitem", named).click();
  }

  /** The rooms in the rail. */
  rooms(): Promise<string[]> {
    return this.visitor.page.getByRole("menuitem").allInnerTexts();
  }

  async logOut(): Promise<void> {
    await this.visitor.page.getByRole("button", { name: say("shell.logout") }).click();
  }
}
