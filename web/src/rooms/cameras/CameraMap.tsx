import { DeleteOutlined, UploadOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Flex, Select, Skeleton, Upload } from "antd";
import { useTranslation } from "react-i18next";
import { api, data, type Schemas } from "../../api/client";
import { may, usePerson } from "../../app/session";
import type { Camera } from "../../parts/cameras/queries";
import { Failed } from "../../parts/Failed";
import { NextStep } from "../../parts/NextStep";
import { useComplaint } from "../../parts/trouble";
import { useUrl } from "../../parts/useUrl";
import { MapBoard } from "./MapBoard";

type SiteMap = Schemas["SiteMapOut"];
const KEY = ["site-maps"];

/** The cameras on the maps of the site. */
export function CameraMap({ cameras }: { cameras: Camera[] }) {
  const { t } = useTranslation();
  const administers = may(usePerson().role, "administrator");
  const [said, say] = useUrl();
  const maps = useQuery({ queryKey: KEY, queryFn: async () => (await data(api.GET("/api/v1/site-maps"))).items });
  if (maps.isPending) return <Skeleton active />;
  if (!maps.data) return <Failed of={maps} />;
  const shown = maps.data.find(({ id }) => id === said.get("map")) ?? maps.data[0];
  const show = (map: string | undefined) => say({ map });
  if (!shown)
    return <NextStep text={t("cameras.noMaps")}>{administers && <AddMap onAdded={({ id }) => show(id)} />}</NextStep>;
  return (
    <>
      <Flex gap={8} wrap style={{ marginBottom: 16 }}>
        <Select
          style={{ minWidth: 200 }}
          aria-label={t("cameras.map")}
          value={shown.id}
          options={maps.data.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={show}
        />
        {administers && <AddMap onAdded={({ id }) => show(id)} />}
        {administers && <RemoveMap map={shown} onRemoved={() => show(undefined)} />}
      </Flex>
      <MapBoard key={shown.id} map={shown} cameras={cameras} movable={administers} />
    </>
  );
}

function AddMap({ onAdded }: { onAdded: (map: SiteMap) => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const complain = useComplaint();
  const add = useMutation({
    mutationFn: (file: File) =>
      data(
        api.POST("/api/v1/site-maps", {
          params: { query: { name: file.name.replace(/\.[^.]+$/, "").slice(0, 128) || t("cameras.map") } },
          body: "",
          bodySerializer: () => file,
          headers: { "Content-Type": file.type === "image/png" ? "image/png" : "image/jpeg" },
        }),
      ),
    onSuccess: async (map) => {
      await client.invalidateQueries({ queryKey: KEY });
      onAdded(map);
    },
    onError: complain,
  });
  return (
    <Upload
      accept="image/png,image/jpeg"
      showUploadList={false}
      beforeUpload={(file) => {
        add.mutate(file);
        return false; // sent by ourselves
      }}
    >
      <Button icon={<UploadOutlined />} loading={add.isPending}>
        {t("cameras.addMap")}
      </Button>
    </Upload>
  );
}

function RemoveMap({ map: { id, name }, onRemoved }: { map: SiteMap; onRemoved: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { modal } = App.useApp();
  const complain = useComplaint();
  const remove = async () => {
    try {
      await api.DELETE("/api/v1/site-maps/{map_id}", { params: { path: { map_id: id } } });
    } catch (error) {
      return complain(error as Error);
    }
    await Promise.all([KEY, ["cameras"]].map((queryKey) => client.invalidateQueries({ queryKey })));
    onRemoved();
  };
  const ask = () =>
    modal.confirm({
      title: t("cameras.removeMap", { name }),
      content: t("cameras.removeMapText"),
      okText: t("cameras.remove"),
      okButtonProps: { danger: true },
      onOk: remove,
    });
  return <Button danger icon={<DeleteOutlined />} aria-label={t("cameras.removeMap", { name })} onClick={ask} />;
}
