import type { Schemas } from "../../api/client";

type Parameter = Schemas["Parameter"];

/** What every alarm takes beside the settings of its template, in the order in which it is asked. */
export const GENERAL = [
  "severity",
  "merge_s",
  "outside",
  "min_confidence",
  "min_height_share",
  "gap_s",
  "debounce_s",
  "cooldown_s",
  "rule_cooldown_s",
] as const;
export type General = (typeof GENERAL)[number];

interface Property {
  type?: string;
  enum?: string[];
  default?: unknown;
  minimum?: number;
  maximum?: number;
  exclusiveMaximum?: number;
}

const UNITS: Partial<Record<General, string>> = { min_height_share: "share of the picture's height" };

/** Those of them that an alarm of this template takes, read from its JSON Schema. */
export function generalOf(
  form: Record<string, unknown>,
  severity: string,
  labels: Record<General, string>,
): [General, Parameter][] {
  const properties = (form.properties ?? {}) as Record<string, Property>;
  return GENERAL.filter((key) => properties[key]).map((key) => {
    const property = properties[key] ?? {};
    const fallback =
      key === "severity" ? severity : (property.default ?? (property.type === "boolean" ? false : undefined));
    return [
      key,
      {
        kind: property.enum ? "choice" : property.type === "boolean" ? "switch" : "number",
        unit: UNITS[key] ?? (key.endsWith("_s") ? "s" : ""),
        choices: property.enum ?? [],
        default: fallback,
        optional: true,
        minimum: property.minimum ?? null,
        maximum: property.maximum ?? property.exclusiveMaximum ?? null,
        description: { en: labels[key], zh: labels[key] },
      },
    ];
  });
}
