import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import type { Site } from "./site";

const PATIENCE_MS = 60_000;

const TYPING_MS = 150;

/** Start Debian's browser; with a pace each thing that is done in it takes that long. */
export const startBrowser = (site: Site): Promise<Browser> =>
  chromium.launch({
    executablePath: site.chromium,
    args: ["--no-sandbox", "--disable-dev-shm-usage"],
    slowMo: site.paceMs,
  });

/** Somebody in front of the console, with a browser in which nothing is kept yet. */
export class Visitor {
  /** What the page complained about: errors of scripts, answers of 500 and more. */
  readonly complaints: string[] = [];
  /** Bytes of scripts that came over the wire. */
  scriptBytes = 0;
  private readonly counted: Promise<void>[] = [];

  private constructor(
    readonly site: Site,
    private readonly context: BrowserContext,
    readonly page: Page,
  ) {
    page.setDefaultTimeout(PATIENCE_MS);
    page.on("pageerror", (error) => this.complaints.push(error.message));
    page.on("response", (answer) => {
      if (answer.status() >= 500) this.complaints.push(`${answer.status()} ${answer.url()}`);
    });
    page.on("requestfinished", (request) => {
      if (!new URL(request.url()).pathname.endsWith(".js")) return;
      const count = request.sizes().then((sizes) => {
        this.scriptBytes += sizes.responseBodySize;
      });
      this.counted.push(count.catch(() => undefined));
    });
  }

  /** Open a browser as the site says: how wide, in which language; on a phone there are fingers. */
  static async come(browser: Browser, site: Site): Promise<Visitor> {
    const phone = site.width === 390;
    const context = await browser.newContext({
      viewport: phone ? { width: 390, height: 844 } : { width: 1440, height: 900 },
      hasTouch: phone,
      locale: site.language === "zh" ? "zh-CN" : "en-US",
      colorScheme: site.language === "zh" ? "dark" : "light",
      reducedMotion: "reduce",
      acceptDownloads: true,
    });
    return new Visitor(site, context, await context.newPage());
  }

  get phone(): boolean {
    return this.site.width === 390;
  }

  /** Go to a path of the console. */
  async go(path: string): Promise<void> {
    await this.page.goto(this.site.origin + path);
  }

  /** Keep a picture of what is seen. */
  async shoot(name: string): Promise<void> {
    mkdirSync(this.site.shots, { recursive: true });
    await this.page.screenshot({ path: join(this.site.shots, `${name.replaceAll("/", " ")}.png`) });
  }

  /** Bytes of scripts that have come so far. */
  async scripts(): Promise<number> {
    await Promise.all(this.counted);
    return this.scriptBytes;
  }

  /** Click with the mouse, or tap on a phone, at shares of something. */
  async touch(what: string, x: number, y: number): Promise<void> {
    const box = await this.page.locator(what).first().boundingBox();
    if (!box) throw new Error(`${what} is not to be seen`);
    const place = [box.x + x * box.width, box.y + y * box.height] as const;
    await (this.phone ? this.page.touchscreen.tap(...place) : this.page.mouse.click(...place));
  }

  /** Write into a field; with a pace as fast as people type. */
  async type(label: string, text: string): Promise<void> {
    const field = this.page.getByLabel(label, { exact: true });
    await (this.site.paceMs ? field.pressSequentially(text, { delay: TYPING_MS }) : field.fill(text));
  }

  async leave(): Promise<void> {
    await this.context.close();
  }
}
