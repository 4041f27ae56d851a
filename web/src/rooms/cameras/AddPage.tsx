import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { AddCamera } from "../../parts/adding/AddCamera";
import { Page } from "../../parts/Page";

/** Add a camera; then one comes to its page. */
export function AddPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <Page title={t("cameras.add")}>
      <AddCamera onAdded={({ id }) => void navigate(`/cameras/${id}`)} />
    </Page>
  );
}
