import { expect, test } from "vitest";
import type { Summary } from "./alarm";
import { filtersOf, fits, narrowing, queryOf, withFilters } from "./filters";
import { gather, insertFresh, MOST_WAITING, mergeFeed, shortened } from "./merging";

export const alarm = (id: string, more: Partial<Summary> = {}): Summary => ({
  id,
  camera_id: "c1",
  camera_name: "Gate",
  camera_group_id: "g1",
  host_id: "h",
  task_id: "t",
  rule_id: "r1",
  template: "intrusion",
  name: { zh: "入侵检测", en: "Intrusion" },
  severity: "major",
  stage: "",
  zone: "yard",
  began_at: "2026-11-29T08:00:00Z",
  ended_at: null,
  received_at: "2026-11-29T08:00:01Z",
  updated_at: "2026-11-29T08:00:01Z",
  count: 1,
  happened: 1,
  handling: "new",
  verdict: null,
  assignee_id: null,
  quiet_reason: "",
  merged_into: null,
  escalated_at: null,
  picture: null,
  clip: null,
  change: 1,
  ...more,
});

const read = (search: string) => filtersOf(new URLSearchParams(search));
const list = (items: Summary[], next: string | null = null) => ({ pages: [{ items, next }], pageParams: [null] });

test("an address says which alarms are shown, and back", () => {
  const search = "camera=c1&camera=c2&severity=critical&since=2026-11-29T00%3A00%3A00.000Z&text=lorry&quiet=true";
  const filters = read(`${search}&strip=no`);
  expect(withFilters(new URLSearchParams("strip=no"), filters).toString()).toBe(
    "strip=no&camera=c1&camera=c2&severity=critical&since=2026-11-29T00%3A00%3A00.000Z&text=lorry&quiet=true",
  );
  expect(narrowing(filters)).toBe(5);
  expect(queryOf(filters)).toMatchObject({ camera: ["c1", "c2"], severity: ["critical"], quiet: true });
});

test("nonsense in an address is left out", () => {
  const filters = read("severity=terrible&since=tomorrow&handling=new");
  expect(filters.severity).toEqual([]);
  expect(filters.since).toBeUndefined();
  expect(filters.handling).toEqual(["new"]);
});

test("what has just come is shown where it fits", () => {
  expect(fits(read(""), alarm("1"))).toBe(true);
  expect(fits(read("camera=c2"), alarm("1"))).toBe(false);
  expect(fits(read("severity=critical&severity=major"), alarm("1"))).toBe(true);
  expect(fits(read("text=INTRU"), alarm("1"))).toBe(true);
  expect(fits(read("until=2026-11-29T08:00:00Z"), alarm("1"))).toBe(false);
  expect(fits(read("quiet=true"), alarm("1"))).toBe(false);
  expect(fits(read("group=g1"), alarm("1", { camera_group_id: null }))).toBe(false);
});

test("a change is put in its place, and what no filter fits any more stays there", () => {
  const listed = list([alarm("2"), alarm("1")]);
  const heard = alarm("1", { handling: "closed", change: 5 });
  const { pages, fresh } = mergeFeed(listed, [heard], read("handling=new"));
  expect(pages.pages[0]?.items.map((one) => one.handling)).toEqual(["new", "closed"]);
  expect(fresh).toEqual([]);
});

test("an older word does not undo a newer one", () => {
  const listed = list([alarm("1", { handling: "closed", change: 5 })]);
  const { pages } = mergeFeed(listed, [alarm("1", { change: 4 })], read(""));
  expect(pages.pages[0]?.items[0]?.handling).toBe("closed");
});

test("new ones wait, and then come in by their time", () => {
  const listed = list([alarm("3", { began_at: "2026-11-29T08:30:00Z" }), alarm("1")]);
  const first = mergeFeed(listed, [alarm("2", { began_at: "2026-11-29T08:10:00Z" })], read(""));
  expect(first.fresh.map((one) => one.id)).toEqual(["2"]);
  const waiting = gather(first.fresh, [alarm("2", { count: 4, began_at: "2026-11-29T08:10:00Z", change: 7 })]);
  expect(waiting.map((one) => one.count)).toEqual([4]);
  expect(insertFresh(listed, waiting).pages[0]?.items.map((one) => one.id)).toEqual(["3", "2", "1"]);
});

test("a change of an alarm further down than what was fetched is not a new alarm", () => {
  const listed = list([alarm("3")], "more");
  const { fresh } = mergeFeed(listed, [alarm("1", { began_at: "2026-11-28T08:00:00Z" })], read(""));
  expect(fresh).toEqual([]);
});

test("a tab that stays open for hours keeps no more than it can show", () => {
  const many = Array.from({ length: 1001 }, (_, at) => alarm(String(at)));
  expect(shortened(list(many))?.pages.flatMap(({ items }) => items.map(({ id }) => id)).length).toBe(50);
  expect(shortened(list(many))?.pages[0]?.items[0]?.id).toBe("0");
  expect(shortened(list(many.slice(1)))).toBeUndefined();
  expect(gather(many.slice(0, 400), many.slice(400)).length).toBe(MOST_WAITING);
});
