import { SearchOutlined } from "@ant-design/icons";
import { Flex, Grid, Input, Select, Switch, Table, type TableProps } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { may, usePerson } from "../../app/session";
import { Condition } from "../../parts/cameras/Condition";
import { groupPaths, streamLine } from "../../parts/cameras/camera";
import { type Camera, useGroups, useRoomOfCameras } from "../../parts/cameras/queries";
import { bytesTaken } from "../../parts/cameras/room";
import { useUrl } from "../../parts/useUrl";
import { useWord } from "../../words/known";
import styles from "./cameras.module.css";
import { filtered } from "./filtering";
import { Quality } from "./Quality";
import { Taken } from "./Taken";
import { useSwitch } from "./useSwitch";
import { Watches } from "./Watches";

const CONDITIONS = ["online", "degraded", "connecting", "offline", "stopped", "disabled", "failed"];

/** The cameras as a table; on a phone what matters is in one column. */
export function CameraTable({ cameras }: { cameras: Camera[] }) {
  const { t } = useTranslation();
  const [said, say] = useUrl();
  const columns = useColumns();
  const groups = useGroups().data ?? [];
  return (
    <>
      <Filters />
      <Table<Camera>
        rowKey="id"
        size="middle"
        columns={columns}
        dataSource={filtered(cameras, said, groups)}
        locale={{ emptyText: t("cameras.noMatch") }}
        pagination={{
          pageSize: 20,
          hideOnSinglePage: true,
          current: Number(said.get("page")) || 1,
          showSizeChanger: false,
          onChange: (page) => say({ page: page > 1 ? String(page) : undefined }, true),
        }}
      />
    </>
  );
}

function Filters() {
  const { t } = useTranslation();
  const word = useWord();
  const [said, say] = useUrl();
  const groups = groupPaths(useGroups().data ?? []);
  return (
    <Flex gap={8} wrap style={{ marginBottom: 16 }}>
      <Input
        type="search"
        prefix={<SearchOutlined />}
        allowClear
        style={{ maxWidth: 280 }}
        defaultValue={said.get("text") ?? ""}
        placeholder={t("cameras.find")}
        aria-label={t("cameras.find")}
        onChange={({ target }) => say({ text: target.value || undefined, page: undefined })}
      />
      <Select
        allowClear
        style={{ width: 160 }}
        value={said.get("condition") ?? undefined}
        placeholder={t("cameras.state")}
        aria-label={t("cameras.state")}
        options={CONDITIONS.map((value) => ({ value, label: word("cameras.condition", value) }))}
        onChange={(condition) => say({ condition, page: undefined })}
      />
      {groups.size > 0 && (
        <Select
          allowClear
          style={{ width: 200 }}
          value={said.get("group") ?? undefined}
          placeholder={t("cameras.group")}
          aria-label={t("cameras.group")}
          options={[...groups].map(([value, label]) => ({ value, label }))}
          onChange={(group) => say({ group, page: undefined })}
        />
      )}
    </Flex>
  );
}

function useColumns(): TableProps<Camera>["columns"] {
  const { t } = useTranslation();
  const wide = Grid.useBreakpoint().md ?? true;
  const groups = groupPaths(useGroups().data ?? []);
  const room = useRoomOfCameras().data;
  const operates = may(usePerson().role, "operator");
  const name = {
    title: t("cameras.camera"),
    key: "name",
    sorter: (one: Camera, other: Camera) => one.name.localeCompare(other.name),
    render: (_: unknown, camera: Camera) => <Name camera={camera} short={!wide} />,
  };
  const onOff = {
    title: t("cameras.on"),
    key: "enabled",
    width: 72,
    render: (_: unknown, camera: Camera) => <OnOff camera={camera} disabled={!operates} />,
  };
  if (!wide) return [name, onOff];
  return [
    name,
    {
      title: t("cameras.state"),
      key: "state",
      width: 136, // its dot and a word stay on one line
      sorter: (one, other) => one.condition.localeCompare(other.condition),
      render: (_, camera) => <Condition {...camera} />,
    },
    { title: t("cameras.quality"), key: "quality", render: (_, { id }) => <Quality cameraId={id} hours={24} /> },
    { title: t("cameras.watches"), key: "watches", render: (_, camera) => <Watches camera={camera} /> },
    {
      title: t("cameras.storage"),
      key: "storage",
      align: "right",
      sorter: (one, other) => bytesTaken(room?.get(one.id)) - bytesTaken(room?.get(other.id)),
      render: (_, { id }) => <Taken cameraId={id} />,
    },
    {
      title: t("cameras.stream"),
      key: "stream",
      className: styles.apart,
      render: (_, { stream }) => streamLine(stream),
    },
    { title: t("cameras.group"), key: "group", render: (_, { group_id }) => groups.get(group_id ?? "") ?? "" },
    onOff,
  ];
}

function Name({ camera, short }: { camera: Camera; short: boolean }) {
  return (
    <Flex vertical>
      <Link to={`/cameras/${camera.id}`}>{camera.name}</Link>
      {camera.place && <small>{camera.place}</small>}
      {short && <Condition {...camera} />}
      {short && <Watches camera={camera} />}
    </Flex>
  );
}

function OnOff({ camera, disabled }: { camera: Camera; disabled: boolean }) {
  const { t } = useTranslation();
  const turn = useSwitch(camera.id);
  return (
    <Switch
      size="small"
      checked={camera.enabled}
      disabled={disabled}
      loading={turn.isPending}
      aria-label={t("cameras.onOff", { name: camera.name })}
      onChange={(enabled) => turn.mutate(enabled)}
    />
  );
}
