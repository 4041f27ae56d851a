import { readFile } from "node:fs/promises";
import type { Visitor } from "../parts/visitor";

/** What happened in a week, on the screen and as a file. */
export class Reports {
  constructor(private readonly visitor: Visitor) {}

  /** Download the report; return what arrived. */
  async download(kind: "csv" | "pdf"): Promise<Buffer> {
    const { page, site } = this.visitor;
    const arrives = page.waitForEvent("download");
    const address = `/api/v1/reports/report.${kind}?lang=${site.language}`;
    await page.evaluate((to) => window.location.assign(to), address);
    return readFile(await (await arrives).path());
  }
}
