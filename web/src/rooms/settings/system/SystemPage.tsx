import { useQueries, useQuery } from "@tanstack/react-query";
import { Alert, Descriptions, Skeleton } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, data, type Schemas } from "../../../api/client";
import { usePreferences } from "../../../app/preferences";
import { may, usePerson } from "../../../app/session";
import { Failed } from "../../../parts/Failed";
import { momentOf } from "../../../parts/moments";
import { NextStep } from "../../../parts/NextStep";
import { Panel } from "../Panel";
import { Site } from "./Site";

type Host = Schemas["HostDetail"];

/** How everything is, and which versions run. */
export default function SystemPage() {
  const { t } = useTranslation();
  const hosts = useQuery({
    queryKey: ["hosts"],
    queryFn: async () => (await data(api.GET("/api/v1/hosts"))).items,
    refetchInterval: 15_000,
  });
  const details = useQueries({
    queries: (hosts.data ?? []).map(({ id }) => ({
      queryKey: ["host", id],
      queryFn: () => data(api.GET("/api/v1/hosts/{host_id}", { params: { path: { host_id: id } } })),
    })),
  });
  return (
    <>
      <Panel title={t("settings.system.server")}>
        <Server />
      </Panel>
      <Site />
      <Panel title={t("rooms.hosts")}>
        <Failed of={hosts} />
        {hosts.isPending && <Skeleton active />}
        {hosts.data?.length === 0 && <NextStep text={t("settings.system.noHosts")} />}
        {details.map(({ data: host }) => host && <HostState key={host.id} host={host} />)}
      </Panel>
    </>
  );
}

function Server() {
  const { t } = useTranslation();
  const ready = useQuery({
    queryKey: ["readyz"],
    queryFn: async () => Boolean(await api.GET("/readyz")),
    refetchInterval: 15_000,
  });
  if (ready.error) return <Failed of={ready} />;
  if (ready.isPending) return <Skeleton active paragraph={{ rows: 1 }} />;
  return <Alert type="success" showIcon title={t("settings.system.ready")} />;
}

function HostState({ host }: { host: Host }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const { role } = usePerson();
  const name = may(role, "administrator") ? <Link to={`/hosts/${host.id}`}>{host.name}</Link> : host.name;
  const versions = Object.entries(host.versions ?? {});
  return (
    <>
      {host.notes.map((note) => (
        <Alert
          key={note.code}
          type={note.grave ? "warning" : "info"}
          showIcon
          title={note.text[language]}
          style={{ marginBottom: 8 }}
        />
      ))}
      <Descriptions
        size="small"
        column={{ xs: 1, md: 2 }}
        title={name}
        style={{ marginBottom: 16 }}
        items={[
          { key: "state", label: t("settings.people.state"), children: t(`settings.system.state.${host.state}`) },
          {
            key: "seen",
            label: t("settings.system.seen"),
            children: host.seen_at ? momentOf(host.seen_at, language) : "–",
          },
          { key: "clock", label: t("settings.system.clock"), children: `${host.clock_offset_s.toFixed(1)} s` },
          ...versions.map(([what, version]) => ({ key: `v-${what}`, label: what, children: version })),
        ]}
      />
    </>
  );
}
