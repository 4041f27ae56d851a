import { useInfiniteQuery } from "@tanstack/react-query";
import { Button, DatePicker, Flex, Select, Table, Typography } from "antd";
import dayjs from "dayjs";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { api, data, type Schemas } from "../../../api/client";
import { usePreferences } from "../../../app/preferences";
import { Failed } from "../../../parts/Failed";
import { momentOf } from "../../../parts/moments";
import { useWord } from "../../../words/known";
import { Panel } from "../Panel";
import { useAccounts } from "../people/queries";

type Entry = Schemas["AuditEntry"];
const KINDS = [
  "account",
  "alarm",
  "camera",
  "group",
  "host",
  "key",
  "media",
  "model",
  "policy",
  "push",
  "report",
  "report_schedule",
  "setting",
  "site_map",
  "state_model",
  "task",
  "upload",
];

/** Who did what. */
export default function AuditPage() {
  const { t } = useTranslation();
  const word = useWord();
  const { language } = usePreferences();
  const [params, setParams] = useSearchParams();
  const wanted = (name: string) => params.get(name) ?? undefined;
  const set = (name: string, value: string | undefined) =>
    setParams((now) => {
      const next = new URLSearchParams(now);
      if (value) next.set(name, value);
      else next.delete(name);
      return next;
    });
  const query = {
    account_id: wanted("account"),
    object_kind: wanted("kind"),
    object_id: wanted("object"),
    since: wanted("since"),
    until: wanted("until"),
  };
  const log = useInfiniteQuery({
    queryKey: ["audit", query],
    queryFn: ({ pageParam }) =>
      data(api.GET("/api/v1/audit", { params: { query: { ...query, limit: 100, after: pageParam } } })),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
  const accounts = useAccounts();
  return (
    <Panel title={t("settings.sections.audit")} text={t("settings.audit.text")}>
      <Flex gap={8} wrap style={{ marginBottom: 12 }}>
        <Select
          allowClear
          aria-label={t("settings.audit.who")}
          placeholder={t("settings.audit.who")}
          showSearch={{ optionFilterProp: "label" }}
          style={{ width: 160 }}
          value={query.account_id}
          options={accounts.data?.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={(id?: string) => set("account", id)}
        />
        <Select
          allowClear
          aria-label={t("settings.audit.kind")}
          placeholder={t("settings.audit.kind")}
          style={{ width: 160 }}
          value={query.object_kind}
          options={KINDS.map((kind) => ({ value: kind, label: word("audit.kind", kind) }))}
          onChange={(kind?: string) => set("kind", kind)}
        />
        {(["since", "until"] as const).map((name) => (
          <DatePicker
            key={name}
            aria-label={t(`settings.audit.${name}`)}
            placeholder={t(`settings.audit.${name}`)}
            value={query[name] ? dayjs(query[name]) : null}
            onChange={(day) => set(name, (name === "since" ? day?.startOf("day") : day?.endOf("day"))?.toISOString())}
          />
        ))}
        {query.object_id && <Button onClick={() => set("object", undefined)}>{query.object_id} ×</Button>}
      </Flex>
      <Failed of={log} />
      <Table<Entry>
        rowKey="id"
        size="small"
        loading={log.isPending}
        dataSource={log.data?.pages.flatMap((page) => page.items)}
        pagination={false}
        scroll={{ x: "max-content" }}
        expandable={{
          rowExpandable: ({ detail }) => Object.keys(detail).length > 0,
          expandedRowRender: ({ detail }) => (
            <pre style={{ margin: 0, whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
              {JSON.stringify(detail, null, 2)}
            </pre>
          ),
        }}
        columns={[
          { title: t("settings.audit.at"), dataIndex: "at", render: (at: string) => momentOf(at, language) },
          {
            title: t("settings.audit.who"),
            dataIndex: "account_name",
            render: (name: string) => name || t("settings.audit.server"),
          },
          {
            title: t("settings.audit.what"),
            dataIndex: "action",
            render: (action: string) => word("audit.action", action),
          },
          {
            title: t("settings.audit.kind"),
            key: "object",
            render: (_, { object_kind, object_id }) => (
              <>
                {object_kind && word("audit.kind", object_kind)}{" "}
                {object_id && (
                  <Typography.Link
                    onClick={() => set("object", object_id)}
                    aria-label={`${t("settings.audit.only")} ${object_id}`}
                  >
                    {object_id.length === 26 ? object_id.slice(-6) : word("audit.object", object_id)}
                  </Typography.Link>
                )}
              </>
            ),
          },
          { title: t("settings.audit.from"), dataIndex: "address" },
        ]}
      />
      {log.hasNextPage && (
        <Button
          block
          style={{ marginTop: 8 }}
          loading={log.isFetchingNextPage}
          onClick={() => void log.fetchNextPage()}
        >
          {t("settings.more")}
        </Button>
      )}
    </Panel>
  );
}
