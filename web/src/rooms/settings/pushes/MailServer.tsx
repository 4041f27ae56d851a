import { Alert } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useMailAccount } from "../mail/data";

/** By which server mail goes out, or that there is none yet. */
export function MailServer() {
  const { t } = useTranslation();
  const account = useMailAccount();
  if (!account.isSuccess) return null;
  const known = account.data;
  return (
    <Alert
      showIcon
      type={known ? "info" : "warning"}
      style={{ marginBottom: 12 }}
      title={
        known
          ? t("settings.pushes.mailServer", { host: known.host, sender: known.sender })
          : t("settings.pushes.mailNone")
      }
      action={<Link to="/settings/mail">{t(known ? "settings.pushes.mailChange" : "settings.pushes.mailSetUp")}</Link>}
    />
  );
}
