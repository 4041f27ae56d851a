import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App } from "antd";
import { useTranslation } from "react-i18next";
import { api, data, type Schemas } from "../../api/client";
import { useComplaint } from "../../parts/complaint";
import type { Summary } from "./alarm";
import { filtersOf } from "./filters";
import { mergeFeed, type Pages } from "./merging";
import { detailKey, LIST } from "./useAlarms";

export type Action = Schemas["AlarmAction"];
const ANY = filtersOf(new URLSearchParams());

/** Do something with one alarm or with many; every list shows it at once. */
export function useHandling() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const onError = useComplaint();
  const put = (alarm: Summary) =>
    client.setQueriesData<Pages>({ queryKey: [LIST] }, (listed) => listed && mergeFeed(listed, [alarm], ANY).pages);
  const one = useMutation({
    mutationFn: ({ id, action }: { id: string; action: Action }) =>
      data(api.POST("/api/v1/alarms/{alarm_id}/handling", { params: { path: { alarm_id: id } }, body: action })),
    onSuccess: (detail) => {
      client.setQueryData(detailKey(detail.id), detail);
      put(detail);
    },
    onError,
  });
  const many = useMutation({
    mutationFn: (body: Schemas["BulkAction"]) => data(api.POST("/api/v1/alarms/handling", { body })),
    onSuccess: ({ done }) => {
      void client.invalidateQueries({ queryKey: [LIST] });
      for (const id of done) void client.invalidateQueries({ queryKey: detailKey(id) });
      void message.success(t("alarms.bulkDone", { count: done.length }));
    },
    onError,
  });
  return { one, many };
}
