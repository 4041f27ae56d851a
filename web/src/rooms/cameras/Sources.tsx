import { Button, Card, Descriptions } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { may, usePerson } from "../../app/session";
import { Seen } from "../../parts/adding/Probed";
import { useProbe } from "../../parts/adding/useProbe";
import { useSeconds } from "../../parts/adding/useSeconds";
import { groupPaths, streamLine } from "../../parts/cameras/camera";
import { type Camera, useGroups } from "../../parts/cameras/queries";
import { Failed } from "../../parts/Failed";
import { Taken } from "./Taken";

/** Where the pictures come from, without the password, and a test of it. */
export function Sources({ camera }: { camera: Camera }) {
  const { t } = useTranslation();
  const administers = may(usePerson().role, "administrator");
  const groups = groupPaths(useGroups().data ?? []);
  const { url, options, main_url, main_options, stream, group_id } = camera;
  const facts = [
    { key: "url", label: t("cameras.source"), children: <Address url={url} options={options} /> },
    ...(main_url
      ? [{ key: "main", label: t("cameras.mainSource"), children: <Address url={main_url} options={main_options} /> }]
      : []),
    { key: "stream", label: t("cameras.stream"), children: streamLine(stream) || t("cameras.notKnown") },
    { key: "group", label: t("cameras.group"), children: groups.get(group_id ?? "") ?? t("cameras.noGroup") },
    { key: "storage", label: t("cameras.storage"), children: <Taken cameraId={camera.id} whole /> },
  ];
  return (
    <Card size="small" title={t("cameras.sources")}>
      <Descriptions column={1} size="small" items={facts} />
      {administers && <Test camera={camera} />}
    </Card>
  );
}

function Address({ url, options }: { url: string; options: Camera["options"] }) {
  const set = Object.entries(options).filter(([, value]) => value != null);
  return (
    <span style={{ overflowWrap: "anywhere" }}>
      {url}
      {set.length > 0 && ` (${set.map(([key, value]) => `${key} ${value}`).join(", ")})`}
    </span>
  );
}

function Test({ camera: { id, url, options } }: { camera: Camera }) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState(false);
  const probe = useProbe({ camera_id: id, url, options }, asked);
  const again = () => (asked ? void probe.refetch() : setAsked(true));
  return (
    <div aria-live="polite">
      <Button size="small" loading={probe.isFetching} onClick={again} style={{ marginBottom: 8 }}>
        {t("cameras.test")}
      </Button>
      {probe.isFetching && <Waiting />}
      {!probe.isFetching && probe.isError && <Failed of={{ error: probe.error }} />}
      {!probe.isFetching && probe.data && (
        <Seen
          probe={probe.data}
          picture={probe.data.picture && `data:image/jpeg;base64,${probe.data.picture}`}
          looksOn={probe.looksOn}
        />
      )}
    </div>
  );
}

function Waiting() {
  const { t } = useTranslation();
  return <p>{t("adding.looking", { seconds: useSeconds() })}</p>;
}
