import { DownloadOutlined, PlusOutlined, UploadOutlined } from "@ant-design/icons";
import { Button, Flex, Segmented, Skeleton } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { may, usePerson } from "../../app/session";
import { useCameras } from "../../parts/cameras/queries";
import { Failed } from "../../parts/Failed";
import { NextStep } from "../../parts/NextStep";
import { Page } from "../../parts/Page";
import { useUrl } from "../../parts/useUrl";
import { CameraMap } from "./CameraMap";
import { CameraTable } from "./CameraTable";

/** All cameras, as a table or on the maps of the site. */
export function ListPage() {
  const { t } = useTranslation();
  const cameras = useCameras();
  const administers = may(usePerson().role, "administrator");
  const [said, say] = useUrl();
  const view = said.get("view") === "map" ? "map" : "table";
  return (
    <Page title={t("rooms.cameras")} extra={administers && <Actions />}>
      {cameras.isPending && <Skeleton active />}
      {!cameras.data && cameras.isError && <Failed of={cameras} />}
      {cameras.data?.length === 0 && <NextStep text={t("cameras.none")}>{administers && <AddButton />}</NextStep>}
      {cameras.data && cameras.data.length > 0 && (
        <>
          <Segmented
            style={{ marginBottom: 16 }}
            aria-label={t("cameras.view")}
            options={(["table", "map"] as const).map((value) => ({ value, label: t(`cameras.views.${value}`) }))}
            value={view}
            onChange={(next) => say({ view: next === "map" ? "map" : undefined }, true)}
          />
          {view === "map" ? <CameraMap cameras={cameras.data} /> : <CameraTable cameras={cameras.data} />}
        </>
      )}
    </Page>
  );
}

function Actions() {
  const { t } = useTranslation();
  return (
    <Flex gap={8} wrap>
      <Button icon={<DownloadOutlined />} href="/api/v1/cameras/export.csv" download="cameras.csv">
        {t("cameras.export")}
      </Button>
      <Link to="/cameras/import">
        <Button icon={<UploadOutlined />} tabIndex={-1}>
          {t("cameras.import")}
        </Button>
      </Link>
      <AddButton />
    </Flex>
  );
}

function AddButton() {
  const { t } = useTranslation();
  return (
    <Link to="/cameras/new">
      <Button type="primary" icon={<PlusOutlined />} tabIndex={-1}>
        {t("cameras.add")}
      </Button>
    </Link>
  );
}
