import { Table } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Schemas } from "../../api/client";
import { Condition } from "../../parts/cameras/Condition";
import { useEngine } from "../../parts/cameras/useEngine";
import { NextStep } from "../../parts/NextStep";

type Task = Schemas["TaskOnHost"];

/** What runs on a host, and how it is. */
export function HostTasks({ tasks }: { tasks: Task[] }) {
  const { t } = useTranslation();
  const columns = useColumns();
  if (!tasks.length)
    return <NextStep text={t("hosts.noTasks")}>{<Link to="/rules">{t("hosts.toRules")}</Link>}</NextStep>;
  return (
    <Table
      size="small"
      rowKey="id"
      columns={columns}
      dataSource={tasks}
      pagination={{ pageSize: 50, hideOnSinglePage: true }}
    />
  );
}

function useColumns() {
  const { t } = useTranslation();
  const say = useEngine();
  const streamOf = ({ stream = {} }: Task) =>
    [stream.width && `${String(stream.width)}×${String(stream.height)}`, stream.codec].filter(Boolean).join(" ");
  return [
    {
      title: t("hosts.task"),
      render: ({ id, name, camera_id }: Task) => <Link to={`/rules?camera=${camera_id}&task=${id}`}>{name}</Link>,
    },
    { title: t("hosts.camera"), dataIndex: "camera_name", responsive: ["sm" as const] },
    {
      title: t("hosts.condition"),
      render: ({ condition, reason, detail, errors }: Task) => (
        <Condition {...{ condition, reason }} detail={errors[0] ? say(errors[0]) : detail} />
      ),
    },
    { title: t("hosts.stream"), render: streamOf, responsive: ["md" as const] },
    {
      title: t("hosts.fps"),
      align: "right" as const,
      render: ({ analysed_fps }: Task) => (analysed_fps ? analysed_fps.toFixed(1) : "–"),
    },
    {
      title: t("hosts.skipped"),
      align: "right" as const,
      responsive: ["md" as const],
      render: ({ skipped }: Task) => `${Math.round(skipped * 100)} %`,
    },
    { title: t("hosts.breaks"), dataIndex: "breaks", align: "right" as const, responsive: ["lg" as const] },
  ];
}
