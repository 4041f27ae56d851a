import type { Schemas } from "../../api/client";
import { useSaid } from "../../words/known";
import { sayProblem } from "./problems";

/** What is wrong, in the language of the person, each thing once. */
export function useProblemWords(): (problems: Schemas["Problem"][]) => string[] {
  const said = useSaid();
  return (problems) => [...new Set(problems.map((one) => sayProblem(one, (code) => said(`fields.problem.${code}`))))];
}
