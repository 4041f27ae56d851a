import { Form } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../../api/client";
import { Control } from "./Control";
import { wrongWith } from "./problems";
import type { Setting } from "./setting";
import { useProblemWords } from "./useProblems";

interface Props {
  id: string;
  setting: Setting;
  value: unknown;
  /** What the server says is wrong with it. */
  problems: Schemas["Problem"][];
  /** Say nothing yet of what is not given. */
  patient?: boolean;
  onChange: (value: unknown) => void;
  /** Instead of the usual control. */
  children?: ReactNode;
}

/** One setting: its label, its control, and what is wrong with it. */
export function Field({ id, setting, value, problems, patient, onChange, children }: Props) {
  const { t } = useTranslation();
  const words = useProblemWords();
  const wrong = wrongWith(setting, value);
  const told = wrong && !(patient && wrong.is === "needed");
  const said = told ? [wrong.is === "needed" ? t("fields.needed") : t("fields.bounds", wrong)] : words(problems);
  const needed = !setting.optional && (setting.default ?? null) === null;
  return (
    <Form.Item
      label={capital(setting.label)}
      htmlFor={id}
      required={needed}
      extra={setting.extra}
      validateStatus={said.length ? "error" : undefined}
      help={said.length ? said.join(" · ") : undefined}
      style={{ marginBottom: 12, gridColumn: setting.wide || WIDE.has(setting.kind) ? "1 / -1" : undefined }}
    >
      {children ?? <Control {...{ id, setting, value, onChange }} />}
    </Form.Item>
  );
}

const WIDE = new Set<Setting["kind"]>(["zone", "line", "labels", "words", "box", "text", "pairs"]);

/** Descriptions are written to follow a name; here they stand for themselves. */
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
