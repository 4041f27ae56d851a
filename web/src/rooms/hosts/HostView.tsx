import { Alert, Flex, Segmented, Skeleton, Tabs, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { usePreferences } from "../../app/preferences";
import { may, usePerson } from "../../app/session";
import { Failed } from "../../parts/Failed";
import { type HostDetail, useHost } from "../../parts/hosts";
import { momentOf } from "../../parts/moments";
import { useUrl } from "../../parts/useUrl";
import { About } from "./About";
import { type Hours, SPANS } from "./data";
import { Figures } from "./Figures";
import { HostState } from "./HostState";
import { HostTasks } from "./HostTasks";
import { LoadCurves } from "./LoadCurves";
import { Log } from "./Log";

/** One host: how it is, its load over time, what runs on it, what it is made of, what it says. */
export function HostView({ hostId }: { hostId: string }) {
  const host = useHost(hostId);
  if (host.isPending) return <Skeleton active />;
  if (host.error) return <Failed of={host} />;
  return (
    <>
      <Head host={host.data} />
      <Figures host={host.data} />
      <Parts host={host.data} />
    </>
  );
}

function Head({ host }: { host: HostDetail }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  return (
    <>
      <Flex gap={12} align="baseline" wrap>
        <Typography.Title level={2} style={{ fontSize: 16, margin: 0 }}>
          {host.name}
        </Typography.Title>
        <HostState state={host.state} />
        {host.seen_at && (
          <Typography.Text type="secondary">
            {t("hosts.seen", { at: momentOf(host.seen_at, language) })}
          </Typography.Text>
        )}
        {!host.applied && host.state === "online" && (
          <Typography.Text type="secondary">{t("hosts.notApplied")}</Typography.Text>
        )}
      </Flex>
      {host.notes
        .filter(({ code }) => code !== "bottleneck")
        .map(({ code, grave, text }) => (
          <Alert
            key={code}
            type={grave ? "error" : "warning"}
            showIcon
            title={text[language]}
            style={{ marginTop: 8 }}
          />
        ))}
    </>
  );
}

function Parts({ host }: { host: HostDetail }) {
  const { t } = useTranslation();
  const [url, go] = useUrl();
  const { role } = usePerson();
  const tasks = host.tasks ?? [];
  return (
    <Tabs
      activeKey={url.get("part") ?? "load"}
      onChange={(part) => go({ part })}
      destroyOnHidden
      items={[
        { key: "load", label: t("hosts.load"), children: <Load hostId={host.id} /> },
        { key: "tasks", label: t("hosts.tasks", { count: tasks.length }), children: <HostTasks tasks={tasks} /> },
        { key: "about", label: t("hosts.about"), children: <About host={host} /> },
        ...(may(role, "administrator")
          ? [{ key: "log", label: t("hosts.log"), children: <Log hostId={host.id} /> }]
          : []),
      ]}
    />
  );
}

function Load({ hostId }: { hostId: string }) {
  const { t } = useTranslation();
  const [url, go] = useUrl();
  const asked = Number(url.get("hours"));
  const hours: Hours = SPANS.find((span) => span === asked) ?? 1;
  return (
    <>
      <Segmented
        aria-label={t("hosts.span")}
        value={hours}
        onChange={(value) => go({ hours: String(value) })}
        options={SPANS.map((value) => ({ value, label: t(`hosts.spans.h${value}`) }))}
        style={{ marginBottom: 12 }}
      />
      <LoadCurves hostId={hostId} hours={hours} />
    </>
  );
}
