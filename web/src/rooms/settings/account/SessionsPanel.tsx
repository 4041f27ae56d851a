import { useQuery } from "@tanstack/react-query";
import { Button, Popconfirm, Skeleton, Tag, theme } from "antd";
import { useTranslation } from "react-i18next";
import { api, data, type Schemas } from "../../../api/client";
import { Failed } from "../../../parts/Failed";
import { useWhen } from "../../../parts/moments";
import { Panel } from "../Panel";
import { useChange } from "../useChange";
import styles from "./account.module.css";
import { browserOf } from "./browser";

type Session = Schemas["LoginSession"];
const SESSIONS = ["sessions"];

/** Where one is logged in: each can be ended, and all others at once. */
export function SessionsPanel() {
  const { t } = useTranslation();
  const sessions = useQuery({ queryKey: SESSIONS, queryFn: () => data(api.GET("/api/v1/me/sessions")) });
  const endOthers = useChange(() => api.DELETE("/api/v1/me/sessions"), {
    keys: [SESSIONS],
    said: t("settings.account.sessionsDone"),
  });
  const others = (sessions.data?.length ?? 0) > 1 && (
    <Popconfirm title={t("settings.account.sessionsSure")} onConfirm={() => endOthers.mutate(undefined)}>
      <Button loading={endOthers.isPending}>{t("settings.account.sessionsButton")}</Button>
    </Popconfirm>
  );
  return (
    <Panel title={t("settings.account.sessions")} text={t("settings.account.sessionsText")} extra={others}>
      <Failed of={sessions} />
      {sessions.isPending && <Skeleton active />}
      <ul className={styles.list}>
        {sessions.data?.map((session) => (
          <Row key={session.id} session={session} />
        ))}
      </ul>
    </Panel>
  );
}

function Row({ session: { id, agent, address, created_at, seen_at, current } }: { session: Session }) {
  const { t } = useTranslation();
  const { token } = theme.useToken();
  const when = useWhen();
  const end = useChange(() => api.DELETE("/api/v1/me/sessions/{name}", { params: { path: { name: id } } }), {
    keys: [SESSIONS],
  });
  const known = browserOf(agent);
  const browser = known ? t("settings.account.browser", known) : agent || t("settings.account.unknown");
  const told = [
    address,
    t("settings.account.sessionSince", { when: when(created_at) }),
    !current && t("settings.account.sessionSeen", { when: when(seen_at) }),
  ];
  return (
    <li className={styles.row}>
      <div className={styles.words}>
        <strong title={agent}>{browser}</strong> {current && <Tag>{t("settings.account.sessionHere")}</Tag>}
        <div style={{ color: token.colorTextDescription }}>{told.filter(Boolean).join(" · ")}</div>
      </div>
      {!current && (
        <Button
          size="small"
          loading={end.isPending}
          aria-label={`${t("settings.account.sessionEnd")} ${browser}`}
          onClick={() => end.mutate(undefined)}
        >
          {t("settings.account.sessionEnd")}
        </Button>
      )}
    </li>
  );
}
