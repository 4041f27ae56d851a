import type { Schemas } from "../../api/client";
import type { Language } from "../../app/preferences";

type Named = Pick<Schemas["AlarmSummary"], "name" | "template" | "rule_id">;

/** What an alarm is called: as its template says, else as whoever wrote its rule called that. */
export function nameOf({ name, template, rule_id }: Named, language: Language): string {
  const isType = template.includes("."); // such as region.entered: of a rule without a template
  return name[language] || name.en || (isType ? rule_id.replaceAll("_", " ") : "") || template;
}
