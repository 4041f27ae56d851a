import { Badge, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { usePreferences } from "../../app/preferences";
import { engineZh } from "../../words/engine";
import { useSaid as useFound, useWord } from "../../words/known";
import { refusals } from "../../words/refusals";

type Colour = "success" | "processing" | "warning" | "error" | "default";

const COLOURS: Record<string, Colour> = {
  online: "success",
  connecting: "processing",
  degraded: "warning",
  offline: "error",
  failed: "error",
  disabled: "error",
};

export const toneOf = (condition: string): Colour => COLOURS[condition] ?? "default";

/** How a camera or a task is, and why, in words; the whole line of the engine when one points at it. */
export function Condition({ condition, reason, detail }: { condition: string; reason: string; detail: string }) {
  const said = useSaid(condition, reason);
  const explain = useDetail();
  return (
    <Tooltip title={explain(reason, detail)}>
      <Badge status={toneOf(condition)} text={said} />
    </Tooltip>
  );
}

/** Return the words for a condition and its reason. */
export function useSaid(condition: string, reason: string): string {
  const { t } = useTranslation();
  const word = useWord();
  const name = word("cameras.condition", condition);
  return reason ? t("cameras.why", { condition: name, reason: word("cameras.reason", reason) }) : name;
}

/** Return what says how the engine explains a condition: in English as it does, else in words for that, or for the reason. */
export function useDetail(): (reason: string, detail: string) => string {
  const { language } = usePreferences();
  const said = useFound();
  return (reason, detail) => {
    if (language === "en" || !detail) return detail;
    return engineZh(detail) ?? refusals[`source-${reason}`] ?? said(`cameras.reason.${reason}`) ?? detail;
  };
}
