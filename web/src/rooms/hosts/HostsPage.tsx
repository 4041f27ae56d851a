import { Card, Flex, Progress, Skeleton, Typography, theme } from "antd";
import { useTranslation } from "react-i18next";
import { Failed } from "../../parts/Failed";
import { type Host, useHosts } from "../../parts/hosts";
import { NextStep } from "../../parts/NextStep";
import { Page } from "../../parts/Page";
import { useUrl } from "../../parts/useUrl";
import { fitOf } from "./figures";
import { HostState } from "./HostState";
import { HostView } from "./HostView";
import styles from "./hosts.module.css";

/** The room of hosts: all boxes, and one of them in full. */
export function Component() {
  const { t } = useTranslation();
  const [url, go] = useUrl();
  const hosts = useHosts();
  const chosen = hosts.data?.find(({ id }) => id === url.get("host")) ?? hosts.data?.[0];
  return (
    <Page title={t("rooms.hosts")}>
      {hosts.isPending && <Skeleton active />}
      <Failed of={hosts} />
      {hosts.data?.length === 0 && <NextStep text={t("hosts.none")} />}
      {hosts.data && hosts.data.length > 1 && (
        <nav className={styles.boxes} aria-label={t("rooms.hosts")}>
          {hosts.data.map((host) => (
            <Box key={host.id} host={host} chosen={host === chosen} onChoose={() => go({ host: host.id }, true)} />
          ))}
        </nav>
      )}
      {chosen && <HostView key={chosen.id} hostId={chosen.id} />}
    </Page>
  );
}

function Box({ host, chosen, onChoose }: { host: Host; chosen: boolean; onChoose: () => void }) {
  const { t } = useTranslation();
  const { token } = theme.useToken();
  const { streams, streams_fit: fit, load } = host;
  return (
    <Card
      hoverable
      size="small"
      role="button"
      tabIndex={0}
      aria-pressed={chosen}
      style={{ borderColor: chosen ? token.colorPrimary : undefined }}
      onClick={onChoose}
      onKeyDown={({ key }) => key === "Enter" && onChoose()}
    >
      <Flex justify="space-between" gap={8}>
        <strong>{host.name}</strong>
        <HostState state={host.state} />
      </Flex>
      <Progress
        aria-label={t("hosts.cpu")}
        percent={Math.round((load?.cpu ?? 0) * 100)}
        size="small"
        strokeColor={token.colorPrimary}
      />
      <Typography.Text type="secondary">
        {fit === null ? t("hosts.carries", { count: streams }) : t("hosts.carriesOf", { streams, fit: fitOf(fit) })}
      </Typography.Text>
    </Card>
  );
}
