import { useTranslation } from "react-i18next";
import { bytesOf } from "../../parts/bytes";
import { Panel } from "./Panel";
import type { Report } from "./ReportView";

/** How much room pictures and clips take. */
export function Storage({ storage }: { storage: NonNullable<Report["storage"]> }) {
  const { t } = useTranslation();
  const { used_bytes, free_bytes, total_bytes } = storage;
  const used = bytesOf(used_bytes);
  return (
    <Panel title={t("reports.storage")}>
      {free_bytes === null || total_bytes === null
        ? t("reports.storageUsed", { used })
        : t("reports.storageText", { used, free: bytesOf(free_bytes), total: bytesOf(total_bytes) })}
    </Panel>
  );
}
