import { useTranslation } from "react-i18next";
import { usePreferences } from "../../app/preferences";
import { type Camera, useTemplates } from "../../parts/cameras/queries";

/** What a camera watches for, by the names of the templates. */
export function Watches({ camera }: { camera: Camera }) {
  const { t } = useTranslation();
  const titles = useTitles();
  const templates = useTemplates();
  if (templates.isPending) return null; // a name of a file is no word for people
  if (!camera.watches.length) return <span>{t("cameras.watchesNothing")}</span>;
  return <span>{camera.watches.map((name) => titles.get(name) ?? name).join(t("cameras.comma"))}</span>;
}

/** The names of the templates in the language of the reader. */
export function useTitles(): Map<string, string> {
  const { language } = usePreferences();
  const templates = useTemplates();
  return new Map((templates.data ?? []).map(({ name, title }) => [name, title[language]]));
}
