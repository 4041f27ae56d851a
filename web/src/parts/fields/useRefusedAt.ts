import type { FormInstance } from "antd";
import { useRef } from "react";
import { Refused, type Schemas } from "../../api/client";
import { useProblemWords } from "./useProblems";

type Problem = Schemas["Problem"];

/**
 * Show what the server says is wrong with a form at the fields that it is about.
 *
 * `fieldOf` tells the field of a place in what was sent; what belongs to none is said with the refusal itself.
 */
export function useRefusedAt<Draft>(form: FormInstance<Draft>, fieldOf: (path: Problem["path"]) => string | undefined) {
  const words = useProblemWords();
  const shown = useRef<string[]>([]);
  const show = (told: Map<string, Problem[]>) => {
    const fields = [...new Set([...shown.current, ...told.keys()])];
    form.setFields(fields.map((name) => ({ name: name as never, errors: words(told.get(name) ?? []) })));
    shown.current = [...told.keys()];
    const [first] = shown.current;
    if (first) form.scrollToField(first as never, { block: "center" });
  };
  return {
    /** What was said before may be right now. */
    forget: () => show(new Map()),
    refused: (error: Error) => {
      const told = new Map<string, Problem[]>();
      for (const problem of error instanceof Refused ? error.problems : []) {
        const name = fieldOf(problem.path);
        if (name !== undefined) told.set(name, [...(told.get(name) ?? []), problem]);
      }
      show(told);
    },
  };
}
