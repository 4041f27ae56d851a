import { DownloadOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { usePreferences } from "../../app/preferences";
import { type Filters, withFilters } from "./filters";

/** What the list shows, for a spreadsheet. */
export function ExportButton({ filters }: { filters: Filters }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const asked = withFilters(new URLSearchParams({ lang: language }), filters);
  return (
    <Button icon={<DownloadOutlined />} href={`/api/v1/alarms/export.csv?${asked}`} download>
      {t("alarms.export")}
    </Button>
  );
}
