import type { Schemas } from "../../api/client";

type Parameter = Schemas["Parameter"];

/** One thing that can be set: what the server says of a rule's parameter, and what its schemas say of others. */
export interface Setting extends Omit<Parameter, "kind" | "description"> {
  kind: Parameter["kind"] | "text" | "secret" | "pairs";
  label: string;
  /** A sentence below the control. */
  extra?: string;
  /** It takes the whole width of a form. */
  wide?: boolean;
  /** Names that the keys of `pairs` may have. */
  offers?: { value: string; label: string }[];
}

/** What is read of a JSON Schema. */
export type Property = Schemas["FormProperty"];

const LONG = 5_000;

/** Read a setting from its JSON Schema; what else is known of it comes from `about`. */
export function settingOf(property: Property, about: Partial<Setting> & { label: string }): Setting {
  const plain = flat(property);
  return {
    kind: kindOf(plain),
    unit: "",
    choices: plain.enum?.map(String) ?? [],
    default: property.default ?? (plain.type === "boolean" ? false : undefined),
    optional: true,
    minimum: plain.minimum ?? null,
    maximum: plain.maximum ?? plain.exclusiveMaximum ?? null,
    ...about,
  };
}

/** What may be left out is said as `anyOf` with null. */
const flat = (property: Property): Property => property.anyOf?.find(({ type }) => type !== "null") ?? property;

const KINDS: Record<string, Setting["kind"]> = {
  boolean: "switch",
  integer: "integer",
  number: "number",
  array: "words",
  object: "pairs",
};

function kindOf({ type, format, enum: words, maxLength = 0 }: Property): Setting["kind"] {
  if (words) return "choice";
  if (format === "password") return "secret";
  const one = typeof type === "string" ? KINDS[type] : undefined; // several: such as one name or a list of them
  return one ?? (maxLength > LONG ? "text" : "word");
}
