import { useTranslation } from "react-i18next";
import { usePreferences } from "../../app/preferences";
import { troubleOf } from "../../parts/complaint";

/** A way to tell in one line why somebody is not let in. */
export function useSay() {
  const { t } = useTranslation();
  const { language } = usePreferences();
  return (error: Error | null) =>
    error ? troubleOf(error, language, t("entrance.away")).filter(Boolean).join(". ") : undefined;
}
