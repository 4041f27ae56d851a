import { Tag, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { useHistory } from "../../parts/cameras/queries";

const COLOURS = { good: "green", fair: "gold", poor: "volcano", unknown: "default" } as const;

/** How good the connection of a camera was, in a word. */
export function Quality({ cameraId, hours }: { cameraId: string; hours: number }) {
  const { t } = useTranslation();
  const { data } = useHistory(cameraId, hours);
  if (!data) return null;
  const online = Math.round((data.shares.online ?? 0) * 1000) / 10;
  return (
    <Tooltip title={t("cameras.qualityWhy", { online, hours, breaks: t("cameras.breaks", { count: data.breaks }) })}>
      <Tag color={COLOURS[data.quality]}>{t(`cameras.qualities.${data.quality}`)}</Tag>
    </Tooltip>
  );
}
