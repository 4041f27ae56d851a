import { Skeleton, Table, type TableProps } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Schemas } from "../../../api/client";
import { bytesOf } from "../../../parts/bytes";
import { useCameras, useRoomOfCameras } from "../../../parts/cameras/queries";
import { bytesTaken } from "../../../parts/cameras/room";
import { Failed } from "../../../parts/Failed";
import { NextStep } from "../../../parts/NextStep";

type Line = Schemas["CameraStorage"] & { name: string };

/** What each camera takes, the one that takes most first. */
export function CameraRoom() {
  const { t } = useTranslation();
  const [cameras, room] = [useCameras(false), useRoomOfCameras()];
  const columns = useColumns();
  if (cameras.isPending || room.isPending) return <Skeleton active />;
  if (!cameras.data || !room.data) return <Failed of={cameras.data ? room : cameras} />;
  const names = new Map(cameras.data.map(({ id, name }) => [id, name]));
  const lines = [...room.data.values()]
    .map((one) => ({ ...one, name: names.get(one.camera_id) ?? one.camera_id }))
    .sort((one, other) => bytesTaken(other) - bytesTaken(one));
  if (!lines.length) return <NextStep text={t("settings.storage.unseen")} />;
  return (
    <Table<Line>
      rowKey="camera_id"
      size="small"
      columns={columns}
      dataSource={lines}
      pagination={{ pageSize: 10, hideOnSinglePage: true, showSizeChanger: false }}
    />
  );
}

function useColumns(): TableProps<Line>["columns"] {
  const { t } = useTranslation();
  const bytes = (key: string, title: string, of: (line: Line) => number) => ({
    ...{ key, title, align: "right" as const },
    sorter: (one: Line, other: Line) => of(one) - of(other),
    render: (_: unknown, line: Line) => bytesOf(of(line)),
  });
  return [
    {
      key: "name",
      title: t("settings.storage.camera"),
      render: (_, { camera_id, name }) => <Link to={`/cameras/${camera_id}`}>{name}</Link>,
    },
    bytes("pictures", t("settings.storage.pictures"), ({ picture_bytes }) => picture_bytes),
    bytes("clips", t("settings.storage.clips"), ({ clip_bytes }) => clip_bytes),
    bytes("all", t("settings.storage.together"), bytesTaken),
  ];
}
