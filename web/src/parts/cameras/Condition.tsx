import { Badge, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { useWord } from "../../words/known";

type Colour = "success" | "processing" | "warning" | "error" | "default";

const COLOURS: Record<string, Colour> = {
  online: "success",
  connecting: "processing",
  degraded: "warning",
  offline: "error",
  failed: "error",
  disabled: "error",
};

/** How a camera or a task is, and why, in words; the whole line of the engine when one points at it. */
export function Condition({ condition, reason, detail }: { condition: string; reason: string; detail: string }) {
  const said = useSaid(condition, reason);
  return (
    <Tooltip title={detail}>
      <Badge status={COLOURS[condition] ?? "default"} text={said} />
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
