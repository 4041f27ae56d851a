import { SearchOutlined } from "@ant-design/icons";
import { Badge, Button, Input, Skeleton, Table, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { usePreferences } from "../../app/preferences";
import { Condition } from "../../parts/cameras/Condition";
import { type Camera, useCameras, useTasks, useTemplates } from "../../parts/cameras/queries";
import { Failed } from "../../parts/Failed";
import { NextStep } from "../../parts/NextStep";

/** The cameras, with what each watches for. */
export function CameraChoice() {
  const { t } = useTranslation();
  const cameras = useCameras();
  const [asked, ask] = useState("");
  const navigate = useNavigate();
  const columns = useColumns();
  if (cameras.isPending) return <Skeleton active />;
  if (cameras.error) return <Failed of={cameras} />;
  if (!cameras.data.length)
    return (
      <NextStep text={t("rules.noCamera")}>
        <Link to="/cameras">
          <Button type="primary">{t("rules.addCamera")}</Button>
        </Link>
      </NextStep>
    );
  const text = asked.trim().toLowerCase();
  const found = cameras.data.filter(({ name, place }) => `${name} ${place}`.toLowerCase().includes(text));
  return (
    <>
      <Input
        type="search"
        prefix={<SearchOutlined />}
        allowClear
        aria-label={t("rules.searchCamera")}
        placeholder={t("rules.searchCamera")}
        value={asked}
        onChange={({ target }) => ask(target.value)}
        style={{ maxWidth: 320, marginBottom: 12 }}
      />
      <Table
        size="middle"
        rowKey="id"
        columns={columns}
        dataSource={found}
        pagination={{ pageSize: 50, hideOnSinglePage: true }}
        onRow={({ id }) => ({ onClick: () => void navigate(`/rules?camera=${id}`), style: { cursor: "pointer" } })}
      />
    </>
  );
}

function useColumns() {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const { data: templates = [] } = useTemplates();
  const { data: tasks = [] } = useTasks();
  const titleOf = (name: string) => templates.find((one) => one.name === name)?.title[language] ?? name;
  const running = (id: string) => tasks.filter((task) => task.camera_id === id && task.runs_now).length;
  return [
    {
      title: t("rules.camera"),
      render: ({ id, name }: Camera) => <Link to={`/rules?camera=${id}`}>{name}</Link>,
    },
    { title: t("rules.place"), dataIndex: "place", responsive: ["md" as const] },
    {
      title: t("rules.watches"),
      render: ({ watches }: Camera) =>
        watches.length ? watches.map((name) => <Tag key={name}>{titleOf(name)}</Tag>) : t("rules.nothing"),
    },
    {
      title: t("rules.tasks"),
      responsive: ["sm" as const],
      render: (camera: Camera) =>
        running(camera.id) && camera.condition !== "online" ? (
          <Condition {...camera} />
        ) : (
          <Badge
            status={running(camera.id) ? "success" : "default"}
            text={t("rules.running", { count: running(camera.id) })}
          />
        ),
    },
  ];
}
