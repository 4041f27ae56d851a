import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { api, data, type Schemas } from "../../api/client";
import { listen } from "../live/socket";
import { merged } from "./merged";

export type Alarm = Schemas["AlarmSummary"];
type FeedMessage = Schemas["FeedMessage"];

const KEPT = 60;
const KEY = ["feed"];

/** The last alarms, newest first; they change only while a page has `useFeed`. */
export const useLastAlarms = () =>
  useQuery({
    queryKey: KEY,
    queryFn: async () => (await data(api.GET("/api/v1/alarms", { params: { query: { limit: KEPT } } }))).items,
    staleTime: Number.POSITIVE_INFINITY,
  });

/** The last alarms, newest first, as they come and change. One a page: it has a socket. */
export function useFeed() {
  const client = useQueryClient();
  const feed = useLastAlarms();
  const ready = feed.isSuccess;
  useEffect(() => {
    if (!ready) return;
    let after = Math.max(0, ...(client.getQueryData<Alarm[]>(KEY) ?? []).map(({ change }) => change));
    return listen<FeedMessage>(
      () => `/api/v1/feed?after=${after}`,
      (message) => {
        after = message.after;
        client.setQueryData<Alarm[]>(KEY, (kept = []) => merged(kept, message.alarms, KEPT));
      },
    );
  }, [ready, client]);
  return feed;
}

/** Ids of the cameras of which an alarm lasts. */
export function alarmed(alarms: Alarm[]): Set<string> {
  return new Set(alarms.filter((alarm) => alarm.ended_at === null).map((alarm) => alarm.camera_id));
}
