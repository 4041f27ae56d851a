import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Page } from "../../parts/Page";
import { useUrl } from "../../parts/useUrl";
import { CameraChoice } from "./CameraChoice";
import { CameraRules } from "./CameraRules";

/** The room of rules: which camera, then what it watches for. */
export function Component() {
  const { t } = useTranslation();
  const [url] = useUrl();
  const camera = url.get("camera");
  if (camera) return <CameraRules key={camera} cameraId={camera} />;
  const add = (
    <Link to="/cameras">
      <Button>{t("rules.toCameras")}</Button>
    </Link>
  );
  return (
    <Page title={t("rooms.rules")} extra={add}>
      <CameraChoice />
    </Page>
  );
}
