import { useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { useTranslation } from "react-i18next";
import { api, data } from "../../../api/client";
import { may, usePerson } from "../../../app/session";
import { Failed } from "../../../parts/Failed";
import { Panel } from "../Panel";
import { useChange } from "../useChange";

const SITE = ["site"];

/** What holds for the whole site: the clock that schedules and reports go by. */
export function Site() {
  const { t } = useTranslation();
  const { role } = usePerson();
  const site = useQuery({ queryKey: SITE, queryFn: () => data(api.GET("/api/v1/site")) });
  const change = useChange((timezone: string) => data(api.PUT("/api/v1/site", { body: { timezone } })), {
    keys: [SITE],
    said: t("settings.saved"),
  });
  const zones = [...new Set([...(site.data ? [site.data.timezone] : []), ...Intl.supportedValuesOf("timeZone")])];
  return (
    <Panel title={t("settings.system.site")} text={t("settings.system.timezoneText")}>
      <Failed of={site} />
      <Select
        aria-label={t("settings.system.timezone")}
        showSearch
        style={{ width: 280, maxWidth: "100%" }}
        loading={site.isPending || change.isPending}
        disabled={!may(role, "administrator")}
        value={site.data?.timezone}
        options={zones.map((value) => ({ value }))}
        onChange={(timezone: string) => change.mutate(timezone)}
      />
    </Panel>
  );
}
