import { InboxOutlined } from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Flex, Result, Table, Upload } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, data, type Schemas } from "../../api/client";
import { Failed } from "../../parts/Failed";
import { useProblemWords } from "../../parts/fields/useProblems";
import { Page } from "../../parts/Page";

const COLUMNS = "name,url,user,password,main_url,group,place,enabled";
const EXAMPLE = `${COLUMNS}\nEast gate,rtsp://192.168.1.64/stream2,admin,PASSWORD,rtsp://192.168.1.64/stream1,Site/Gates,East,1\n`;

/** Many cameras out of a table: first what it would do, then all of them or none. */
export function ImportPage() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [file, setFile] = useState<File>();
  const look = useMutation({ mutationFn: (table: File) => send(table, true) });
  const keep = useMutation({
    mutationFn: (table: File) => send(table, false),
    onSuccess: () => client.invalidateQueries({ queryKey: ["cameras"] }),
  });
  const choose = (table: File) => {
    setFile(table);
    keep.reset();
    look.mutate(table);
    return false; // sent by ourselves
  };
  if (keep.data?.imported) return <Page title={t("cameras.import")} children={<Done count={keep.data.imported} />} />;
  const answer = keep.data ?? look.data;
  return (
    <Page title={t("cameras.import")}>
      <p>{t("cameras.importHelp")}</p>
      <p>
        <code style={{ overflowWrap: "anywhere" }}>{COLUMNS}</code>
      </p>
      <p>
        <a href={`data:text/csv;charset=utf-8,${encodeURIComponent(`\ufeff${EXAMPLE}`)}`} download="cameras.csv">
          {t("cameras.importExample")}
        </a>
      </p>
      <Upload.Dragger
        accept=".csv,.txt,text/csv"
        showUploadList={false}
        beforeUpload={choose}
        style={{ maxWidth: 560 }}
      >
        <InboxOutlined style={{ fontSize: 32 }} aria-hidden />
        <p>{file ? file.name : t("cameras.importDrop")}</p>
      </Upload.Dragger>
      <div aria-live="polite" style={{ marginTop: 16 }}>
        {look.isError && <Failed of={{ error: look.error }} />}
        {keep.isError && <Failed of={{ error: keep.error }} />}
        {answer && file && <Outcome answer={answer} busy={keep.isPending} onKeep={() => keep.mutate(file)} />}
      </div>
    </Page>
  );
}

function send(table: File, dry_run: boolean) {
  return data(
    api.POST("/api/v1/cameras/import", {
      params: { query: { dry_run } },
      body: "",
      bodySerializer: () => table,
      headers: { "Content-Type": "text/csv" },
    }),
  );
}

interface OutcomeProps {
  answer: Schemas["ImportAnswer"];
  busy: boolean;
  onKeep: () => void;
}

function Outcome({ answer: { cameras, groups, problems }, busy, onKeep }: OutcomeProps) {
  const { t } = useTranslation();
  const words = useProblemWords();
  const say = (problem: Schemas["ImportProblem"]) => words([{ ...problem, path: [] }]).join(" ");
  if (!problems.length && !cameras) return <Alert type="info" showIcon title={t("cameras.importEmpty")} />;
  if (!problems.length) {
    const made = groups.length ? t("cameras.importGroups", { groups: groups.join(", ") }) : undefined;
    return (
      <Flex vertical gap={16} align="start">
        <Alert type="success" showIcon title={t("cameras.importFits", { count: cameras })} description={made} />
        <Button type="primary" loading={busy} onClick={onKeep}>
          {t("cameras.importNow", { count: cameras })}
        </Button>
      </Flex>
    );
  }
  return (
    <>
      <Alert type="error" showIcon title={t("cameras.importWrong", { count: problems.length })} />
      <Table
        size="small"
        style={{ marginTop: 16, maxWidth: 900 }}
        rowKey={({ line, column, message }) => `${line} ${column} ${message}`}
        dataSource={problems}
        pagination={{ pageSize: 50, hideOnSinglePage: true }}
        columns={[
          { title: t("cameras.line"), dataIndex: "line", width: 80 },
          { title: t("cameras.column"), dataIndex: "column", width: 120 },
          { title: t("cameras.problem"), key: "problem", render: (_, problem) => say(problem) },
        ]}
      />
    </>
  );
}

function Done({ count }: { count: number }) {
  const { t } = useTranslation();
  const next = (
    <Link to="/cameras">
      <Button type="primary" tabIndex={-1}>
        {t("rooms.cameras")}
      </Button>
    </Link>
  );
  return <Result status="success" title={t("cameras.imported", { count })} extra={next} />;
}
