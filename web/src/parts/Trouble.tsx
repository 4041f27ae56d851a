import { Alert, Button } from "antd";
import { useTranslation } from "react-i18next";
import { Refused } from "../api/client";

/** Something that did not work: what, what to do about it, and once more. */
export function Trouble({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t } = useTranslation();
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      title={sayTrouble(error, t("trouble.away"))}
      action={
        retry && (
          <Button size="small" onClick={retry}>
            {t("trouble.again")}
          </Button>
        )
      }
    />
  );
}

/** One line about an error: that of the server with its advice, else that nobody answered. */
export function sayTrouble(error: unknown, away: string): string {
  if (!(error instanceof Refused)) return away;
  return [error.message, error.hint].filter(Boolean).join(". ");
}
