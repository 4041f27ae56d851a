import { useQuery } from "@tanstack/react-query";
import { Card, Skeleton } from "antd";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { api, data } from "../../api/client";
import { Failed } from "../../parts/Failed";

const Chart = lazy(() => import("../../parts/strip/StripChart"));
const DAY_MS = 86_400_000;
const PIECE_MS = 600_000;

/** The last 24 hours of a camera: when it had alarms; a click goes there. */
export function CameraDay({ cameraId }: { cameraId: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const day = useQuery({
    queryKey: ["timeline", "of", cameraId],
    queryFn: () =>
      data(api.GET("/api/v1/alarms/timeline", { params: { query: { since: dayAgo(), camera: [cameraId] } } })),
    refetchInterval: 30_000,
  });
  const go = (camera: string, begin: Date, end: Date) => {
    const span = { camera, since: begin.toISOString(), until: end.toISOString() };
    void navigate(`/alarms?${new URLSearchParams(span)}`);
  };
  const waiting = <Skeleton.Node active style={{ width: "100%", height: 44 }} />;
  return (
    <Card size="small" title={t("cameras.dayOfAlarms")}>
      <Failed of={day} />
      {day.isPending && waiting}
      {day.data?.cameras.length === 0 && t("alarms.strip.none")}
      {day.data && day.data.cameras.length > 0 && (
        <Suspense fallback={waiting}>
          <Chart strip={day.data} onGo={go} />
        </Suspense>
      )}
    </Card>
  );
}

/** A day ago, to the end of the ten minutes that it is now. */
function dayAgo(): string {
  return new Date(Math.ceil(Date.now() / PIECE_MS) * PIECE_MS - DAY_MS).toISOString();
}
