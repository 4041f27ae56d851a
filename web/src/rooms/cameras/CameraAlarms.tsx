import { useQuery } from "@tanstack/react-query";
import { Card, Skeleton } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, data } from "../../api/client";
import { Failed } from "../../parts/Failed";
import { FeedItem } from "../../parts/feed/FeedItem";
import styles from "./cameras.module.css";

const SHOWN = 4;

/** The last alarms of a camera. */
export function CameraAlarms({ cameraId }: { cameraId: string }) {
  const { t } = useTranslation();
  const alarms = useQuery({
    queryKey: ["last-alarms", cameraId],
    queryFn: () => data(api.GET("/api/v1/alarms", { params: { query: { camera: [cameraId], limit: SHOWN } } })),
    refetchInterval: 5_000,
  });
  const all = <Link to={`/alarms?camera=${cameraId}`}>{t("cameras.allAlarms")}</Link>;
  return (
    <Card size="small" title={t("live.lastAlarms")} extra={all}>
      {alarms.isPending && <Skeleton active paragraph={{ rows: 1 }} />}
      {alarms.isError && !alarms.data && <Failed of={alarms} />}
      {alarms.data?.items.length === 0 && t("cameras.noAlarms")}
      <ol className={styles.alarms}>
        {(alarms.data?.items ?? []).map((alarm) => (
          <FeedItem key={alarm.id} alarm={alarm} />
        ))}
      </ol>
    </Card>
  );
}
