import { type InfiniteData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { api, data, type Schemas } from "../../api/client";
import { listen } from "../../parts/live/socket";
import type { Summary } from "./alarm";
import { type Filters, queryOf } from "./filters";
import { gather, insertFresh, MOST_WAITING, mergeFeed, shortened } from "./merging";

type AlarmPage = Schemas["AlarmSummaryPage"];
type Listed = InfiniteData<AlarmPage, string | null>;
type Heard = Schemas["FeedMessage"];

export const LIST = "alarms";
export const detailKey = (id: string) => ["alarm", id] as const;

/** A list of alarms that goes on by itself: changes come in their place, new ones wait until `show` is called. */
export function useAlarms(filters: Filters, atTop: () => boolean) {
  const client = useQueryClient();
  const key = useMemo(() => [LIST, filters] as const, [filters]);
  const list = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) =>
      data(api.GET("/api/v1/alarms", { params: { query: { ...queryOf(filters), limit: 50, after: pageParam } } })),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
  const [waiting, setWaiting] = useState<Summary[]>([]);
  const show = useCallback(
    (fresh: Summary[]) => {
      setWaiting([]);
      if (fresh.length >= MOST_WAITING) return void client.resetQueries({ queryKey: key });
      const listed = client.getQueryData<Listed>(key);
      if (!listed) return;
      const longer = insertFresh(listed, fresh);
      const shorter = shortened(longer);
      client.setQueryData(key, shorter ?? longer);
      if (shorter) void client.invalidateQueries({ queryKey: key }); // where it goes on is told anew
    },
    [client, key],
  );
  const hear = useCallback(
    ({ alarms }: Heard) => {
      const listed = client.getQueryData<Listed>(key);
      if (!alarms.length || !listed) return;
      const { pages, fresh } = mergeFeed(listed, alarms, filters);
      client.setQueryData(key, pages);
      for (const { id } of alarms) void client.invalidateQueries({ queryKey: detailKey(id) });
      if (atTop()) show(fresh);
      else setWaiting((before) => gather(before, fresh));
    },
    [client, key, filters, atTop, show],
  );
  useEffect(() => setWaiting([]), [key]);
  useFeed(hear);
  const alarms = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  return { list, alarms, waiting, show: () => show(waiting) };
}

/** Hear of every alarm that comes or changes; after a break nothing is missed. */
function useFeed(hear: (message: Heard) => void): void {
  const told = useRef(hear);
  told.current = hear;
  useEffect(() => {
    let after: number | undefined;
    return listen<Heard>(
      () => (after === undefined ? "/api/v1/feed" : `/api/v1/feed?after=${after}`),
      (message) => {
        after = message.after;
        told.current(message);
      },
    );
  }, []);
}
