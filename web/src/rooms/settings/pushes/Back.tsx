import { ArrowLeftOutlined } from "@ant-design/icons";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

/** The way back to all targets, or to one of them. */
export function Back({ to = "/settings/pushes", name }: { to?: string; name?: string }) {
  const { t } = useTranslation();
  return (
    <p style={{ margin: "0 0 8px" }}>
      <Link to={to}>
        <ArrowLeftOutlined aria-hidden /> {name ?? t("settings.pushes.back")}
      </Link>
    </p>
  );
}
