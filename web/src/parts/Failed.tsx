import { Alert, Button } from "antd";
import { useTranslation } from "react-i18next";
import { Refused } from "../api/client";

interface Props {
  of: { error: Error | null; refetch?: () => unknown };
}

/** What went wrong in one line, what to do about it, and a way to try again. */
export function Failed({ of: { error, refetch } }: Props) {
  const { t } = useTranslation();
  if (!error) return null;
  const hint = error instanceof Refused ? error.hint : t("failed.away");
  const again = refetch && (
    <Button size="small" onClick={() => refetch()}>
      {t("failed.again")}
    </Button>
  );
  return (
    <Alert type="error" showIcon role="alert" title={error.message} description={hint || undefined} action={again} />
  );
}
