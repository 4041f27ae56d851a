import { Alert, Button } from "antd";
import { useTranslation } from "react-i18next";
import { usePreferences } from "../app/preferences";
import { troubleOf } from "./trouble";

interface Props {
  of: { error: Error | null; refetch?: () => unknown };
}

/** What went wrong in one line, what to do about it, and a way to try again. */
export function Failed({ of: { error, refetch } }: Props) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  if (!error) return null;
  const [title, advice] = troubleOf(error, language, t("failed.away"));
  const again = refetch && (
    <Button size="small" onClick={() => refetch()}>
      {t("failed.again")}
    </Button>
  );
  return <Alert type="error" showIcon role="alert" title={title} description={advice || undefined} action={again} />;
}
