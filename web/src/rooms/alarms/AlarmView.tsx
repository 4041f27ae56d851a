import { ArrowLeftOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Alert, Badge, Button, Flex, Skeleton, Tag } from "antd";
import type { ReactNode, RefObject } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, data, Refused } from "../../api/client";
import { usePreferences } from "../../app/preferences";
import { severityColour } from "../../app/theme";
import { Failed } from "../../parts/Failed";
import { nameOf } from "../../parts/feed/name";
import { NextStep } from "../../parts/NextStep";
import { Actions } from "./Actions";
import { type Detail, quietOf } from "./alarm";
import styles from "./alarms.module.css";
import { Evidence } from "./evidence/Evidence";
import { Facts } from "./Facts";
import { History } from "./History";
import { Merged } from "./Merged";
import { Teach } from "./Teach";
import { detailKey } from "./useAlarms";
import { Why } from "./Why";

interface Props {
  id: string | undefined;
  video: RefObject<HTMLVideoElement | null>;
  onBack?: () => void;
}

/** Everything about one alarm. */
export function AlarmView({ id, video, onBack }: Props) {
  const { t } = useTranslation();
  const detail = useQuery({
    queryKey: detailKey(id ?? ""),
    queryFn: () => data(api.GET("/api/v1/alarms/{alarm_id}", { params: { path: { alarm_id: id ?? "" } } })),
    enabled: id !== undefined,
    refetchInterval: ({ state }) => (state.data?.media.some(isComing) ? 3000 : false),
  });
  const frame = (children: ReactNode) => (
    <section className={`${styles.column} ${styles.view}`} aria-label={t("rooms.alarms")}>
      {onBack && (
        <Button type="text" icon={<ArrowLeftOutlined />} onClick={onBack} style={{ margin: 4 }}>
          {t("alarms.back")}
        </Button>
      )}
      {children}
    </section>
  );
  if (!id) return frame(<NextStep text={t("alarms.choose")} />);
  if (detail.error instanceof Refused && detail.error.status === 404)
    return frame(<NextStep text={t("alarms.gone")} />);
  if (detail.error) return frame(<Failed of={detail} />);
  if (!detail.data) return frame(<Skeleton active paragraph={{ rows: 10 }} style={{ padding: 16 }} />);
  return frame(<Alarm alarm={detail.data} video={video} />);
}

const isComing = ({ state }: Detail["media"][number]) => state === "pending" || state === "waiting";

function Alarm({ alarm, video }: { alarm: Detail; video: RefObject<HTMLVideoElement | null> }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  return (
    <article className={styles.alarm}>
      <Flex gap={8} align="center" wrap>
        <h2>{nameOf(alarm, language)}</h2>
        <Badge color={severityColour[alarm.severity]} text={t(`severity.${alarm.severity}`)} />
        <span>{alarm.camera_name}</span>
        <Tag variant="filled" style={{ margin: 0 }}>
          {t(`alarms.handling.${alarm.handling}`)}
        </Tag>
        {alarm.verdict && (
          <Tag variant="filled" style={{ margin: 0 }}>
            {t(`alarms.verdict.${alarm.verdict}`)}
          </Tag>
        )}
      </Flex>
      {alarm.quiet_reason && <Alert type="info" showIcon title={quietOf(alarm.quiet_reason, t)} />}
      {alarm.merged_into && (
        <Alert
          type="info"
          showIcon
          title={t("alarms.part")}
          action={<Link to={`/alarms/${alarm.merged_into}`}>{t("alarms.open")}</Link>}
        />
      )}
      <Evidence alarm={alarm} video={video} />
      <Actions alarm={alarm} />
      <Teach alarm={alarm} video={video} />
      <div className={styles.two}>
        <Why alarm={alarm} />
        <Facts alarm={alarm} />
      </div>
      {alarm.merged > 0 && <Merged alarm={alarm} />}
      <History alarm={alarm} />
    </article>
  );
}
