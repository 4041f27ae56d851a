import AxeBuilder from "@axe-core/playwright";
import type { Page } from "playwright-core";

interface Accepted {
  rule: string;
  /** Part of the selector of what it is about. */
  where: string;
  why: string;
}

/** What is left of Ant Design's own, which we cannot mend from outside. */
const ACCEPTED: Accepted[] = [];

/** What axe-core finds serious or critical on a page, a line each. */
export async function barriers(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) =>
      nodes
        .filter(({ target }) => !ACCEPTED.some(({ rule, where }) => rule === id && String(target).includes(where)))
        .map(({ target, html }) => `${id}: ${String(target)} ${html.slice(0, 160)}`),
    );
}
