import { Collapse } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Detail } from "./alarm";
import { Parts } from "./Parts";

/** The incidents that became part of an alarm; they unfold. */
export function Merged({ alarm }: { alarm: Detail }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <Collapse
      ghost
      onChange={(keys) => setOpen(keys.length > 0)}
      items={[
        {
          key: "parts",
          label: t("alarms.merged", { count: alarm.merged }),
          children: open && <Parts alarm={alarm} />,
        },
      ]}
    />
  );
}
