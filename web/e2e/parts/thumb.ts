import type { Page } from "playwright-core";

const LEAST_PX = 32;

/** What sticks out of a window to the left or right, a line each: it can be neither read nor reached. */
export const sticksOut = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const wide = document.documentElement.clientWidth;
    const clips = (one: Element) => getComputedStyle(one).overflowX !== "visible";
    const isCut = (one: Element): boolean => {
      for (let above = one.parentElement; above && above !== document.body; above = above.parentElement) {
        const box = above.getBoundingClientRect();
        if (clips(above) && box.left >= -1 && box.right <= wide + 1) return true;
      }
      return false;
    };
    return [...document.querySelectorAll<HTMLElement>("body *")]
      .filter((one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
      .filter((one) => {
        const box = one.getBoundingClientRect();
        return box.width > 0 && box.right > 0 && (box.right > wide + 1 || box.left < -1) && !isCut(one);
      })
      .map((one) => {
        const { left, right } = one.getBoundingClientRect();
        return `${Math.round(left)}..${Math.round(right)} of ${wide}: ${one.outerHTML.slice(0, 160)}`;
      });
  });

/** Controls that are too small for a thumb, a line each. Links inside a text are as high as its lines. */
export const tooSmall = (page: Page): Promise<string[]> =>
  page.evaluate((least) => {
    const CONTROLS = "button, a[href], input, textarea, [role=switch], [role=tab], [role=menuitem], [role=combobox]";
    const WHOLE =
      "label, .ant-select, .ant-input-affix-wrapper, .ant-input-number, .ant-input-search, .ant-picker, .ant-upload, .ant-pagination-item, .ant-tabs-tab";
    const found = [...document.querySelectorAll<HTMLElement>(CONTROLS)]
      .filter((one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
      .filter((one) => getComputedStyle(one).display !== "inline" && !one.matches(":disabled"))
      .map((one) => one.closest<HTMLElement>(WHOLE) ?? one)
      .filter((one) => {
        const { width, height, right } = one.getBoundingClientRect();
        return width > 0 && right > 0 && Math.min(width, height) < least - 0.5;
      });
    // What is drawn small may still be hit from further away.
    const isHit = (one: HTMLElement) => {
      one.scrollIntoView({ block: "center" });
      const { x, y, width, height } = one.getBoundingClientRect();
      const far = least / 2 - 1;
      const places = [
        [0, -far],
        [0, far],
        [-far, 0],
        [far, 0],
      ] as const;
      return places.every(([right, down]) => {
        const there = document.elementFromPoint(x + width / 2 + right, y + height / 2 + down);
        return there !== null && (one.contains(there) || there.closest("label")?.contains(one));
      });
    };
    const small = [...new Set(found)].filter((one) => !isHit(one));
    return small.map((one) => {
      const { width, height } = one.getBoundingClientRect();
      return `${Math.round(width)}x${Math.round(height)}: ${one.outerHTML.slice(0, 160)}`;
    });
  }, LEAST_PX);
