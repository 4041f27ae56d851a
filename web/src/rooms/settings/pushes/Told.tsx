import { useQuery } from "@tanstack/react-query";
import { Descriptions, Skeleton, Tabs, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, data, type Schemas } from "../../../api/client";
import { Failed } from "../../../parts/Failed";
import { alarmUrl } from "../../../parts/links";
import { type Delivery, PUSHES } from "./data";
import styles from "./pushes.module.css";

/** What is told in one delivery, word for word. */
export function Told({ target, delivery }: { target: string; delivery: Delivery }) {
  const { t } = useTranslation();
  const told = useQuery({
    queryKey: [...PUSHES, "told", delivery.id],
    queryFn: () => readTold(target, delivery.id),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (told.error) return <Failed of={told} />;
  if (told.isPending) return <Skeleton active paragraph={{ rows: 3 }} />;
  const { document } = told.data;
  const { title, text } = (document as Schemas["PushedEvent"]).data;
  return (
    <>
      <Descriptions
        size="small"
        column={{ xs: 1, md: 2 }}
        items={[
          {
            key: "key",
            label: t("settings.pushes.key"),
            children: <Typography.Text copyable>{delivery.key}</Typography.Text>,
          },
          { key: "attempts", label: t("settings.pushes.attempts"), children: delivery.attempts },
        ]}
      />
      {delivery.alarm_id && <Link to={alarmUrl(delivery.alarm_id)}>{t("settings.pushes.openAlarm")}</Link>}
      <Tabs
        size="small"
        items={[
          {
            key: "people",
            label: t("settings.pushes.asPeople"),
            children: (
              <pre className={styles.document}>
                {title}
                {"\n"}
                {text}
              </pre>
            ),
          },
          {
            key: "programs",
            label: t("settings.pushes.asPrograms"),
            children: <pre className={styles.document}>{JSON.stringify(document, null, 2)}</pre>,
          },
        ]}
      />
    </>
  );
}

const readTold = (push_id: string, delivery_id: string) =>
  data(api.GET("/api/v1/pushes/{push_id}/deliveries/{delivery_id}", { params: { path: { push_id, delivery_id } } }));
