import { App } from "antd";
import { useTranslation } from "react-i18next";
import { Refused } from "../api/client";
import { type Language, usePreferences } from "../app/preferences";
import { engineZh } from "../words/engine";
import { refusals } from "../words/refusals";
import { filled, modelRefusals } from "../words/told";

/** What went wrong and what to do: in English as the server says it, else by its code, if there are words for it. */
export function troubleOf(error: Error, language: Language, away: string): [what: string, advice: string] {
  if (!(error instanceof Refused)) return [away, ""];
  if (language === "en") return [error.message, error.hint];
  const known = refusals[error.code] ?? modelRefusals[error.code];
  const said = engineZh(error.message);
  if (known) return [filled(known, { ...error.values, message: said ?? error.message }), ""];
  return said ? [said, ""] : [error.message, error.hint];
}

/** A way to say in passing what went wrong, for what was done by a switch or a button. */
export function useComplaint(): (error: Error) => void {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const { message } = App.useApp();
  return (error) => void message.error(troubleOf(error, language, t("failed.away")).filter(Boolean).join(". "));
}
