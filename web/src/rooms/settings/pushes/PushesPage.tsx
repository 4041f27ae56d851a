import { useTranslation } from "react-i18next";
import { NextStep } from "../../../parts/NextStep";
import { Panel } from "../Panel";

/** Where pushes will be: until then, what will come and what there is. */
export default function PushesPage() {
  const { t } = useTranslation();
  return (
    <Panel title={t("settings.sections.pushes")}>
      <NextStep text={t("settings.pushes.text")} />
    </Panel>
  );
}
