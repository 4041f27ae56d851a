import { useQuery } from "@tanstack/react-query";
import { Alert, Button, Descriptions, Form, InputNumber, Progress, Skeleton, theme } from "antd";
import { useTranslation } from "react-i18next";
import { api, data, type Schemas } from "../../../api/client";
import { usePreferences } from "../../../app/preferences";
import { bytesOf, GB } from "../../../parts/bytes";
import { Failed } from "../../../parts/Failed";
import { momentOf } from "../../../parts/moments";
import { useUnsaved } from "../../../parts/unsaved";
import { Panel } from "../Panel";
import { useChange } from "../useChange";
import { CameraRoom } from "./CameraRoom";

const STORAGE = ["storage"];
type View = Schemas["StorageView"];

/** How much room there is, and how long things are kept. */
export default function StoragePage() {
  const { t } = useTranslation();
  const view = useQuery({
    queryKey: STORAGE,
    queryFn: () => data(api.GET("/api/v1/storage")),
    refetchInterval: 30_000,
  });
  return (
    <>
      <Panel title={t("settings.storage.room")}>
        <Failed of={view} />
        {view.isPending && <Skeleton active />}
        {view.data && <Room view={view.data} />}
      </Panel>
      <Panel title={t("settings.storage.perCamera")}>
        <CameraRoom />
      </Panel>
      {view.data && (
        <Panel title={t("settings.storage.kept")} text={t("settings.storage.keptText")}>
          <RetentionForm retention={view.data.retention} />
        </Panel>
      )}
    </>
  );
}

function Room({ view: { storage, waiting, aside, retention } }: { view: View }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  if (!storage) return <Alert type="info" showIcon title={t("settings.storage.unseen")} />;
  const { total_bytes, free_bytes, used_bytes } = storage;
  const disk =
    total_bytes && free_bytes != null ? Math.round((100 * (total_bytes - free_bytes)) / total_bytes) : undefined;
  const quota = retention.quota_bytes ? Math.round((100 * used_bytes) / retention.quota_bytes) : undefined;
  const gone = storage.expired || storage.alarms_removed;
  return (
    <>
      {storage.short && (
        <Alert type="warning" showIcon title={t("settings.storage.short")} style={{ marginBottom: 12 }} />
      )}
      <Descriptions
        size="small"
        column={{ xs: 1, md: 2 }}
        items={[
          { key: "used", label: t("settings.storage.used"), children: bytesOf(used_bytes) },
          { key: "free", label: t("settings.storage.free"), children: free_bytes == null ? "–" : bytesOf(free_bytes) },
          { key: "waiting", label: t("settings.storage.waiting"), children: waiting },
          { key: "aside", label: t("settings.storage.aside"), children: aside },
          { key: "at", label: t("settings.storage.at"), children: momentOf(storage.at, language) },
          {
            key: "gone",
            label: t("settings.storage.gone"),
            children: gone
              ? t("settings.storage.goneText", { files: storage.expired ?? 0, alarms: storage.alarms_removed ?? 0 })
              : 0,
          },
        ]}
      />
      {disk !== undefined && <Share label={t("settings.storage.disk")} percent={disk} />}
      {quota !== undefined && <Share label={t("settings.storage.quotaUsed")} percent={quota} />}
    </>
  );
}

function Share({ label, percent }: { label: string; percent: number }) {
  const { token } = theme.useToken();
  return (
    <div style={{ maxWidth: 480 }}>
      {label}
      <Progress percent={percent} status="normal" strokeColor={token.colorPrimary} aria-label={label} />
    </div>
  );
}

interface Draft {
  media_days: number;
  kept_days: number;
  alarm_days: number;
  quota_gb: number | null;
  free_percent: number;
}

function RetentionForm({ retention }: { retention: Schemas["Retention"] }) {
  const { t } = useTranslation();
  const unsaved = useUnsaved();
  const save = useChange(
    ({ quota_gb, free_percent, ...days }: Draft) =>
      data(
        api.PUT("/api/v1/storage/retention", {
          body: { ...days, quota_bytes: quota_gb ? Math.round(quota_gb * GB) : null, free_share: free_percent / 100 },
        }),
      ),
    { keys: [STORAGE], said: t("settings.saved"), onSuccess: unsaved.settle },
  );
  const first: Partial<Draft> = {
    ...retention,
    quota_gb: retention.quota_bytes ? retention.quota_bytes / GB : null,
    free_percent: Math.round(100 * (retention.free_share ?? 0.05)),
  };
  const field = (name: keyof Draft, unit: string, least: number, most: number) => (
    <Form.Item
      name={name}
      label={t(`settings.storage.${name}`)}
      extra={t(`settings.storage.${name}Text`)}
      rules={[{ required: name !== "quota_gb", message: t("settings.needed") }]}
    >
      <InputNumber
        min={least}
        max={most}
        suffix={unit}
        style={{ width: 144 }}
        placeholder={name === "quota_gb" ? t("settings.storage.none") : ""}
      />
    </Form.Item>
  );
  const days = t("settings.days");
  return (
    <Form
      layout="vertical"
      requiredMark={false}
      initialValues={first}
      onValuesChange={unsaved.touch}
      onFinish={save.mutate}
      style={{ maxWidth: 480 }}
    >
      {field("media_days", days, 1, 3660)}
      {field("kept_days", days, 1, 3660)}
      {field("alarm_days", days, 1, 3660)}
      {field("quota_gb", "GB", 0.01, 1_000_000)}
      {field("free_percent", "%", 1, 50)}
      <Button type="primary" htmlType="submit" loading={save.isPending}>
        {t("settings.save")}
      </Button>
    </Form>
  );
}
