import { Skeleton } from "antd";
import { useTranslation } from "react-i18next";
import { Failed } from "../../parts/Failed";
import { FeedItem } from "../../parts/feed/FeedItem";
import type { useFeed } from "../../parts/feed/useFeed";
import { NextStep } from "../../parts/NextStep";
import styles from "./live.module.css";

/** The last alarms, the newest on top, as they happen. */
export function Feed({ feed }: { feed: ReturnType<typeof useFeed> }) {
  const { t } = useTranslation();
  if (feed.isPending) return <Skeleton active style={{ padding: 8 }} />;
  if (!feed.data) return <Failed of={feed} />;
  if (!feed.data.length) return <NextStep text={t("live.noAlarms")} />;
  return (
    <ol className={styles.plain} aria-live="polite" aria-relevant="additions">
      {feed.data.map((alarm) => (
        <FeedItem key={alarm.id} alarm={alarm} />
      ))}
    </ol>
  );
}
