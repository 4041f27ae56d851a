import { useQuery } from "@tanstack/react-query";
import { Skeleton } from "antd";
import { api, data } from "../../api/client";
import { everything } from "../../parts/cameras/queries";
import { Failed } from "../../parts/Failed";
import { AlarmRow } from "./AlarmRow";
import type { Summary } from "./alarm";
import styles from "./alarms.module.css";
import { detailKey } from "./useAlarms";

/** The incidents that became part of an alarm, newest first; asked for anew when they have become more. */
export function Parts({ alarm }: { alarm: Summary }) {
  const parts = useQuery({
    queryKey: [...detailKey(alarm.id), "parts", alarm.count],
    queryFn: () =>
      everything((after) =>
        data(api.GET("/api/v1/alarms", { params: { query: { merged_into: alarm.id, limit: 200, after } } })),
      ),
  });
  if (parts.error) return <Failed of={parts} />;
  if (!parts.data) return <Skeleton active />;
  return (
    <ol className={styles.rows}>
      {parts.data.map((part) => (
        <AlarmRow key={part.id} alarm={part} chosen={false} />
      ))}
    </ol>
  );
}
