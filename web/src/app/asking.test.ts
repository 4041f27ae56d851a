import { QueryObserver } from "@tanstack/react-query";
import { expect, test, vi } from "vitest";
import { Refused } from "../api/client";
import { isAway, ME, newClient } from "./asking";

const refused = (status: number, code: string) => new Refused(status, code, "no", "");
const AWAY = ["server-away"];

test("a server is away when nobody answers, or only a proxy before it", () => {
  expect(isAway(new TypeError("Failed to fetch"))).toBe(true);
  expect(isAway(refused(502, "unknown"))).toBe(true);
  expect(isAway(refused(503, "hosts-busy"))).toBe(false);
  expect(isAway(refused(404, "unknown"))).toBe(false);
});

test("a break is noticed, and that it is over", async () => {
  const client = newClient();
  const ask = (queryFn: () => Promise<number>) => client.fetchQuery({ queryKey: ["x"], queryFn, retry: false });
  await expect(ask(() => Promise.reject(new TypeError("Failed to fetch")))).rejects.toThrow();
  expect(client.getQueryData(AWAY)).toBe(true);
  await ask(async () => 1);
  expect(client.getQueryData(AWAY)).toBe(false);
});

test("a session that is over is asked for anew", async () => {
  const client = newClient();
  client.setQueryData(ME, { name: "ada" });
  const asked = client.fetchQuery({
    queryKey: ["x"],
    queryFn: () => Promise.reject(refused(401, "not-logged-in")),
    retry: false,
  });
  await expect(asked).rejects.toThrow();
  expect(client.getQueryState(ME)?.isInvalidated).toBe(true);
  expect(client.getQueryData(AWAY)).not.toBe(true);
});

test("what was shown as a session ended is still known when somebody comes back", async () => {
  vi.useFakeTimers();
  const client = newClient();
  client.setQueryData(ME, { name: "ada" });
  const show = (key: string) =>
    new QueryObserver(client, { queryKey: [key], initialData: key, gcTime: 1000, staleTime: 9000 }).subscribe(() => 0);
  show("left")();
  const hide = show("shown");
  const asked = client.fetchQuery({
    queryKey: ["x"],
    queryFn: () => Promise.reject(refused(401, "not-logged-in")),
    retry: false,
  });
  await expect(asked).rejects.toThrow();
  hide();
  vi.advanceTimersByTime(3_600_000);
  expect([client.getQueryData(["shown"]), client.getQueryData(["left"])]).toEqual(["shown", undefined]);
  vi.useRealTimers();
});
