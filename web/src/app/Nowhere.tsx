import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { NextStep } from "../parts/NextStep";
import { Page } from "../parts/Page";

/** What is shown at an address that no room has. */
export function Nowhere() {
  const { t } = useTranslation();
  return (
    <Page title={t("failed.nowhere")}>
      <NextStep text={t("failed.nowhereText")}>
        <Link to="/live">{t("rooms.live")}</Link>
      </NextStep>
    </Page>
  );
}
