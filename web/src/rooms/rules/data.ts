import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api, data, type Schemas } from "../../api/client";
import type { TaskDocument } from "../../parts/documents";

export type Problem = Schemas["Problem"];

const CHECK_MS = 500;

/** What holds where a task says nothing, such as its model. */
export function useDefaults(): Record<string, unknown> {
  const { data: schema } = useQuery({
    queryKey: ["task-schema"],
    queryFn: () => data(api.GET("/api/v1/task-schema")),
    staleTime: Number.POSITIVE_INFINITY,
    select: (whole) => (whole as Schemas["FormSchema"]).properties ?? {},
  });
  return Object.fromEntries(Object.entries(schema ?? {}).map(([key, property]) => [key, property.default]));
}

/** Everything that is wrong with a document, half a second after it was touched last. */
export function useProblems(camera_id: string, document: TaskDocument): Problem[] {
  const settled = useSettled(document, CHECK_MS);
  const { data: answer } = useQuery({
    queryKey: ["check", camera_id, settled],
    queryFn: () => data(api.POST("/api/v1/tasks/check", { body: { camera_id, document: settled } })),
    placeholderData: keepPreviousData,
    gcTime: 0,
  });
  return answer?.problems ?? [];
}

function useSettled<T>(value: T, after_ms: number): T {
  const [settled, settle] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => settle(value), after_ms);
    return () => clearTimeout(timer);
  }, [value, after_ms]);
  return settled;
}
