import type { Schemas } from "../../api/client";
import { usePreferences } from "../../app/preferences";
import { engineZh } from "../../words/engine";
import { useSaid } from "../../words/known";
import { refusals } from "../../words/refusals";
import { sayProblem } from "./problems";

/** What is wrong, in the language of the person, each thing once. */
export function useProblemWords(): (problems: Schemas["Problem"][]) => string[] {
  const said = useSaid();
  const { language } = usePreferences();
  const chinese = language === "zh";
  const byCode = (code: string) => said(`fields.problem.${code}`) ?? (chinese ? refusals[code] : undefined);
  const inWords = (sentence: string) => (chinese ? engineZh(sentence) : undefined);
  return (problems) => [...new Set(problems.map((one) => sayProblem(one, byCode, inWords)))];
}
