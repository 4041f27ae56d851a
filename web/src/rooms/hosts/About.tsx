import { EditOutlined } from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Descriptions, Tag, Typography } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { api, data } from "../../api/client";
import { usePreferences } from "../../app/preferences";
import { may, usePerson } from "../../app/session";
import { bytesOf } from "../../parts/bytes";
import { useComplaint } from "../../parts/complaint";
import { type HostDetail } from "../../parts/hosts";
import { momentOf } from "../../parts/moments";
import { sayEngine } from "../../words/engine";
import { useWord } from "../../words/known";

/** What a host is made of, and the versions of what runs on it. */
export function About({ host }: { host: HostDetail }) {
  const { t } = useTranslation();
  const word = useWord();
  const { language } = usePreferences();
  const hardware = Object.entries(host.hardware ?? {}).filter(([, value]) => shown("", value));
  const items = [
    { key: "name", label: t("hosts.name"), children: <Name host={host} /> },
    ...hardware.map(([key, value]) => ({ key, label: word("hosts.hardware", key), children: shown(key, value) })),
    {
      key: "models",
      label: t("hosts.modelsInUse"),
      children: (host.models ?? []).map((name) => <Tag key={name}>{sayEngine(name, language)}</Tag>),
    },
    ...Object.entries(host.versions ?? {}).map(([key, value]) => ({
      key: `version ${key}`,
      label: key,
      children: value,
    })),
    { key: "since", label: t("hosts.since"), children: momentOf(host.created_at, language) },
  ];
  return <Descriptions bordered size="small" column={{ xs: 1, lg: 2 }} items={items} />;
}

function shown(key: string, value: unknown): ReactNode {
  if (key.endsWith("_bytes") && typeof value === "number") return bytesOf(value);
  if (Array.isArray(value)) return value.map(String).join(", ");
  return value === null || value === undefined ? "" : String(value);
}

function Name({ host }: { host: HostDetail }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { role } = usePerson();
  const rename = useMutation({
    mutationFn: (name: string) =>
      data(api.PATCH("/api/v1/hosts/{host_id}", { params: { path: { host_id: host.id } }, body: { name } })),
    onSettled: () =>
      Promise.all([["host", host.id], ["hosts"]].map((queryKey) => client.invalidateQueries({ queryKey }))),
    onError: useComplaint(),
  });
  const change = (name: string) => name.trim() && name !== host.name && rename.mutate(name.trim());
  return (
    <Typography.Text
      editable={
        may(role, "administrator") && {
          onChange: change,
          icon: <EditOutlined />,
          tooltip: t("hosts.rename"),
          maxLength: 128,
        }
      }
    >
      {host.name}
    </Typography.Text>
  );
}
