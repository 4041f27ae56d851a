import { Alert, Button } from "antd";
import { useTranslation } from "react-i18next";

/** What is shown where a page could not be loaded or drawn: what to do, instead of nothing. */
export function Broken() {
  const { t } = useTranslation();
  const again = (
    <Button size="small" onClick={() => window.location.reload()}>
      {t("failed.reload")}
    </Button>
  );
  return (
    <main id="content" style={{ padding: 16 }}>
      <Alert type="error" showIcon role="alert" title={t("failed.page")} action={again} />
    </main>
  );
}
