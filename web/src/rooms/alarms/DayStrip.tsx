import { DownOutlined, LeftOutlined, RightOutlined, UpOutlined } from "@ant-design/icons";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Button, Flex, Skeleton, theme } from "antd";
import dayjs from "dayjs";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { api, data } from "../../api/client";
import { usePreferences } from "../../app/preferences";
import { Failed } from "../../parts/Failed";
import { momentOf } from "../../parts/moments";
import styles from "./alarms.module.css";

const Chart = lazy(() => import("../../parts/strip/StripChart"));
const KEY = "camloom.strip";
const NARROW_PX = 768; // on a phone the list has the room

interface Props {
  /** A camera and ten minutes that somebody wants to see. */
  onGo: (cameraId: string, since: string, until: string) => void;
}

/** 24 hours of every camera with alarms; a click goes there. */
export function DayStrip({ onGo }: Props) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const { token } = theme.useToken();
  const [folded, fold] = useFolded();
  const [until, setUntil] = useUntil();
  const step = (days: number) => {
    const next = dayjs(until).add(days, "day");
    setUntil(next.isBefore(dayjs()) ? next.toISOString() : undefined);
  };
  const since = dayjs(until ?? endOfNow())
    .subtract(24, "hour")
    .toISOString();
  const strip = useQuery({
    queryKey: ["timeline", since],
    queryFn: () => data(api.GET("/api/v1/alarms/timeline", { params: { query: { since } } })),
    placeholderData: keepPreviousData,
    refetchInterval: until ? false : 30_000,
    enabled: !folded,
  });
  return (
    <section aria-label={t("alarms.strip.title")} style={{ background: token.colorBgContainer, borderRadius: 4 }}>
      <Flex align="center" gap={4} style={{ padding: "2px 8px" }}>
        <Button
          type="text"
          size="small"
          icon={folded ? <DownOutlined /> : <UpOutlined />}
          aria-label={t(folded ? "alarms.strip.show" : "alarms.strip.hide")}
          aria-expanded={!folded}
          onClick={() => fold(!folded)}
        />
        <span>{t("alarms.strip.title")}</span>
        {!folded && (
          <>
            <span className={styles.soft} style={{ flex: 1 }}>
              {momentOf(since, language).slice(0, -3)} –{" "}
              {momentOf(dayjs(since).add(24, "hour").toDate(), language).slice(0, -3)}
            </span>
            <Button
              type="text"
              size="small"
              icon={<LeftOutlined />}
              aria-label={t("alarms.strip.before")}
              onClick={() => step(-1)}
            />
            <Button
              type="text"
              size="small"
              disabled={!until}
              icon={<RightOutlined />}
              aria-label={t("alarms.strip.after")}
              onClick={() => step(1)}
            />
            <Button type="text" size="small" disabled={!until} onClick={() => setUntil(undefined)}>
              {t("alarms.strip.latest")}
            </Button>
          </>
        )}
      </Flex>
      {!folded && <Failed of={strip} />}
      {!folded && strip.isPending && <Skeleton.Node active style={{ width: "100%", height: 48 }} />}
      {!folded && strip.data?.cameras.length === 0 && (
        <div className={styles.soft} style={{ padding: "0 16px 8px" }}>
          {t("alarms.strip.none")}
        </div>
      )}
      {!folded && strip.data && strip.data.cameras.length > 0 && (
        <Suspense fallback={<Skeleton.Node active style={{ width: "100%", height: 48 }} />}>
          <Chart strip={strip.data} onGo={(id, begin, end) => onGo(id, begin.toISOString(), end.toISOString())} />
        </Suspense>
      )}
    </section>
  );
}

/** The end of the piece of ten minutes that it is now: so a query is the same one for a while. */
function endOfNow(): string {
  const piece_ms = 600_000;
  return new Date(Math.ceil(Date.now() / piece_ms) * piece_ms).toISOString();
}

/** The end of the 24 hours, in the address; undefined: now. */
function useUntil(): [string | undefined, (until: string | undefined) => void] {
  const [params, setParams] = useSearchParams();
  const until = new Date(params.get("strip") ?? "");
  const change = (next: string | undefined) =>
    setParams((now) => {
      const changed = new URLSearchParams(now);
      if (next) changed.set("strip", next);
      else changed.delete("strip");
      return changed;
    });
  return [Number.isNaN(until.getTime()) ? undefined : until.toISOString(), change];
}

function useFolded(): [boolean, (folded: boolean) => void] {
  const [folded, setFolded] = useState(
    () => (localStorage.getItem(KEY) ?? (window.innerWidth < NARROW_PX ? "folded" : "")) === "folded",
  );
  return [
    folded,
    (next) => {
      setFolded(next);
      localStorage.setItem(KEY, next ? "folded" : "");
    },
  ];
}
