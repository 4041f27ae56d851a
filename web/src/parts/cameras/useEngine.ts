import { usePreferences } from "../../app/preferences";
import { sayEngine } from "../../words/engine";
import { useTemplates } from "./queries";

/** A way to say what the engine says of a task; an alarm that is called as its template gets the template's title. */
export function useEngine(): (line: string) => string {
  const { language } = usePreferences();
  const templates = useTemplates().data ?? [];
  const titled = (_: string, name: string) => `“${templates.find((one) => one.name === name)?.title.zh ?? name}”：`;
  return (line) => {
    const said = sayEngine(line, language);
    return language === "zh" ? said.replace(/^“([^”]+)”：/, titled) : said;
  };
}
