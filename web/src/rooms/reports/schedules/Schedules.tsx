import { PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Skeleton } from "antd";
import { useTranslation } from "react-i18next";
import { api, data } from "../../../api/client";
import { Failed } from "../../../parts/Failed";
import { NextStep } from "../../../parts/NextStep";
import { useUrl } from "../../../parts/useUrl";
import { ScheduleDrawer } from "./ScheduleDrawer";
import { ScheduleRow } from "./ScheduleRow";

export const SCHEDULES = ["report-schedules"];
const NEW = "new";

/** The reports that come by mail. */
export function Schedules() {
  const { t } = useTranslation();
  const [said, say] = useUrl();
  const open = said.get("schedule");
  const list = useQuery({ queryKey: SCHEDULES, queryFn: () => data(api.GET("/api/v1/reports/schedules")) });
  const add = (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => say({ schedule: NEW }, true)}>
      {t("reports.schedule.add")}
    </Button>
  );
  const chosen = list.data?.find(({ id }) => id === open);
  return (
    <div style={{ maxWidth: 880 }}>
      <Failed of={list} />
      {list.isPending && <Skeleton active />}
      {list.data?.length === 0 && <NextStep text={t("reports.schedule.none")}>{add}</NextStep>}
      {list.data?.map((schedule) => (
        <ScheduleRow key={schedule.id} schedule={schedule} onOpen={() => say({ schedule: schedule.id }, true)} />
      ))}
      {list.data && list.data.length > 0 && add}
      {(chosen || open === NEW) && (
        <ScheduleDrawer key={open} schedule={chosen} onClose={() => say({ schedule: undefined })} />
      )}
    </div>
  );
}
