import type { Schemas } from "../../src/api/client";
import type { Visitor } from "../parts/visitor";
import { called, say } from "../parts/words";
import { GroupChoice } from "./GroupChoice";

/** The cameras that one sees. */
export class Cameras {
  constructor(private readonly visitor: Visitor) {}

  /** Make a camera like another one, with a name of its own and in a new group. */
  async copy(camera: string, name: string, group: string): Promise<void> {
    const { page } = this.visitor;
    await page.getByRole("link", { name: camera, exact: true }).click();
    await page.getByRole("button", { name: called(say("cameras.copy")) }).click();
    await page.waitForURL(/edit/);
    await page.getByLabel(say("adding.name"), { exact: true }).fill(name);
    await new GroupChoice(this.visitor).make(group);
    await page.getByRole("button", { name: called(say("cameras.save")) }).click();
    await page.getByRole("heading", { level: 1, name, exact: true }).waitFor();
  }

  /** Names in the table. */
  async names(): Promise<string[]> {
    const links = this.visitor.page.locator("main table a");
    await links.first().waitFor();
    return links.allInnerTexts();
  }

  /** The camera of a name, as the server knows it. */
  async called(name: string): Promise<Schemas["CameraOut"]> {
    const { items } = await this.ask<Schemas["CameraOut"]>("/api/v1/cameras");
    const found = items.find((camera) => camera.name === name);
    if (!found) throw new Error(`there is no camera ${name}`);
    return found;
  }

  /** The alarms of a camera, as the server knows them. */
  async alarmsOf(name: string): Promise<Schemas["AlarmSummary"][]> {
    const { id } = await this.called(name);
    return (await this.ask<Schemas["AlarmSummary"]>(`/api/v1/alarms?camera=${id}`)).items;
  }

  /** Wait until the console refuses what is not there for this person. */
  async isNotThere(): Promise<void> {
    await this.visitor.page.getByRole("alert").first().waitFor();
  }

  private async ask<T>(path: string): Promise<{ items: T[] }> {
    return (await this.visitor.page.request.get(this.visitor.site.origin + path)).json();
  }
}
