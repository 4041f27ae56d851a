import type { Summary } from "./alarm";
import type { Filters } from "./filters";
import { fits } from "./filters";

export interface Pages {
  pages: { items: Summary[]; next: string | null }[];
  pageParams: unknown[];
}

/** Put what the feed says into the pages of a list, each alarm in its place; return also those that are new to it.
 *
 * An alarm that no filter fits any more stays where it is: a list that people work through does not jump.
 */
export function mergeFeed(listed: Pages, heard: Summary[], filters: Filters): { pages: Pages; fresh: Summary[] } {
  const latest = new Map(heard.map((alarm) => [alarm.id, alarm]));
  const pages = listed.pages.map((page) => ({
    ...page,
    items: page.items.map((alarm) => {
      const now = latest.get(alarm.id);
      latest.delete(alarm.id);
      return now && now.change >= alarm.change ? now : alarm;
    }),
  }));
  const fresh = [...latest.values()].filter((alarm) => fits(filters, alarm) && belongs(alarm, listed));
  return { pages: { ...listed, pages }, fresh };
}

/** What is older than the end of what was fetched so far comes with its page. */
function belongs(alarm: Summary, listed: Pages): boolean {
  const last = listed.pages.at(-1);
  const oldest = last?.items.at(-1);
  return !last?.next || !oldest || Date.parse(alarm.began_at) >= Date.parse(oldest.began_at);
}

/** Put new alarms among the others, newest first. */
export function insertFresh(listed: Pages, fresh: Summary[]): Pages {
  const [first, ...others] = listed.pages;
  if (!first || !fresh.length) return listed;
  const known = new Set(listed.pages.flatMap((page) => page.items.map((alarm) => alarm.id)));
  const items = [...fresh.filter((alarm) => !known.has(alarm.id)), ...first.items].sort(newestFirst);
  return { ...listed, pages: [{ ...first, items }, ...others] };
}

/** So many wait at most; whoever wants to see more than that gets the list anew. */
export const MOST_WAITING = 500;

/** New ones that wait to be shown: the latest word of each. */
export function gather(waiting: Summary[], fresh: Summary[]): Summary[] {
  const all = new Map([...waiting, ...fresh].map((alarm) => [alarm.id, alarm]));
  return [...all.values()].sort(newestFirst).slice(0, MOST_WAITING);
}

const MOST_LISTED = 1000;
const KEPT = 50;

/** A list in a tab that stays open does not grow for ever: its first alarms, if it has become too long; else nothing. */
export function shortened(listed: Pages): Pages | undefined {
  const [first] = listed.pages;
  const long = listed.pages.reduce((sum, page) => sum + page.items.length, 0);
  if (!first || long <= MOST_LISTED) return undefined;
  return { pages: [{ ...first, items: first.items.slice(0, KEPT) }], pageParams: listed.pageParams.slice(0, 1) };
}

function newestFirst(one: Summary, other: Summary): number {
  return Date.parse(other.began_at) - Date.parse(one.began_at) || (one.id < other.id ? 1 : -1);
}
