import { useQuery } from "@tanstack/react-query";
import { Collapse, Skeleton } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, data } from "../../api/client";
import { everything } from "../../parts/cameras/queries";
import { Failed } from "../../parts/Failed";
import { AlarmRow } from "./AlarmRow";
import type { Detail } from "./alarm";
import styles from "./alarms.module.css";
import { detailKey } from "./useAlarms";

/** The incidents that became part of an alarm; they unfold. */
export function Merged({ alarm }: { alarm: Detail }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <Collapse
      ghost
      onChange={(keys) => setOpen(keys.length > 0)}
      items={[
        {
          key: "parts",
          label: t("alarms.merged", { count: alarm.merged }),
          children: open && <Parts alarm={alarm} />,
        },
      ]}
    />
  );
}

function Parts({ alarm }: { alarm: Detail }) {
  const parts = useQuery({
    queryKey: [...detailKey(alarm.id), "parts", alarm.merged],
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
