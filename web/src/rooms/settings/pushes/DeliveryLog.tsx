import { useInfiniteQuery } from "@tanstack/react-query";
import { Button, Segmented, Table, Tag, theme } from "antd";
import { useTranslation } from "react-i18next";
import { api, data } from "../../../api/client";
import { usePreferences } from "../../../app/preferences";
import { Failed } from "../../../parts/Failed";
import { useWhen } from "../../../parts/moments";
import { NextStep } from "../../../parts/NextStep";
import { useUrl } from "../../../parts/useUrl";
import { useWord } from "../../../words/known";
import { type Delivery, type DeliveryState, PUSHES } from "./data";
import styles from "./pushes.module.css";
import { sayOutcome } from "./said";
import { Told } from "./Told";

const STATES: DeliveryState[] = ["waiting", "delivered", "refused", "lost"];
const COLOURS: Record<DeliveryState, string> = {
  waiting: "processing",
  delivered: "default",
  refused: "error",
  lost: "warning",
};
const LOOK_MS = 5_000;

/** What a target was told, or is to be: the newest first. */
export function DeliveryLog({ id }: { id: string }) {
  const { t } = useTranslation();
  const [url, change] = useUrl();
  const state = STATES.find((one) => one === url.get("state"));
  const log = useInfiniteQuery({
    queryKey: [...PUSHES, "log", id, state ?? ""],
    queryFn: ({ pageParam }) => readLog(id, state, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    // A long list that somebody reads is left alone.
    refetchInterval: ({ state: { data: read } }) => ((read?.pages.length ?? 0) > 1 ? false : LOOK_MS),
  });
  const all = { value: "", label: t("settings.pushes.all") };
  const choices = [all, ...STATES.map((value) => ({ value, label: t(`settings.pushes.delivery.${value}`) }))];
  return (
    <>
      <div style={{ overflowX: "auto", marginBottom: 12 }}>
        <Segmented
          aria-label={t("settings.pushes.outcome")}
          options={choices}
          value={state ?? ""}
          onChange={(next) => change({ state: next || undefined })}
        />
      </div>
      <Failed of={log} />
      <Table<Delivery>
        rowKey="id"
        size="small"
        loading={log.isPending}
        dataSource={log.data?.pages.flatMap(({ items }) => items)}
        pagination={false}
        columns={useColumns()}
        expandable={{ expandedRowRender: (one) => <Told target={id} delivery={one} />, expandRowByClick: true }}
        locale={{
          emptyText: log.isSuccess ? (
            <NextStep text={t(state ? "settings.pushes.emptyState" : "settings.pushes.empty")} />
          ) : (
            " "
          ),
        }}
      />
      {log.hasNextPage && (
        <Button style={{ marginTop: 12 }} loading={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>
          {t("settings.more")}
        </Button>
      )}
    </>
  );
}

const readLog = (id: string, state: DeliveryState | undefined, after: string | null) =>
  data(
    api.GET("/api/v1/pushes/{push_id}/deliveries", {
      params: { path: { push_id: id }, query: { limit: 50, after, state: state && [state] } },
    }),
  );

function useColumns() {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const when = useWhen();
  const word = useWord();
  return [
    {
      title: t("settings.pushes.when"),
      dataIndex: "created_at",
      width: 128,
      responsive: ["md" as const],
      render: (at: string) => when(at),
    },
    {
      title: t("settings.pushes.told"),
      key: "told",
      render: (_: unknown, { alarm_name, camera_name, change, created_at }: Delivery) => (
        <>
          <strong>{alarm_name[language] ?? Object.values(alarm_name)[0]}</strong> · {camera_name}
          <Soft>
            {word("settings.pushes.change", change)}
            <span className={styles.narrow}> · {when(created_at)}</span>
          </Soft>
        </>
      ),
    },
    {
      title: t("settings.pushes.outcome"),
      key: "outcome",
      render: (_: unknown, one: Delivery) => <Outcome delivery={one} />,
    },
    { title: t("settings.pushes.attempts"), dataIndex: "attempts", width: 72, responsive: ["md" as const] },
  ];
}

function Outcome({ delivery: { state, delivered_at, last_error, due_at, attempts } }: { delivery: Delivery }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const when = useWhen();
  const told = [
    delivered_at && when(delivered_at),
    last_error && sayOutcome(last_error, language),
    state === "waiting" && attempts > 0 && t("settings.pushes.againAt", { when: when(due_at) }),
  ];
  return (
    <>
      <Tag color={COLOURS[state]}>{t(`settings.pushes.delivery.${state}`)}</Tag>
      <Soft>{told.filter(Boolean).join(" · ")}</Soft>
    </>
  );
}

function Soft({ children }: { children: React.ReactNode }) {
  const { token } = theme.useToken();
  return <div style={{ color: token.colorTextDescription, overflowWrap: "anywhere" }}>{children}</div>;
}
