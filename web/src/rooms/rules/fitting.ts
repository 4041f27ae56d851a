import { type Template } from "../../parts/cameras/queries";

export type Choice = { can: true; model: string; readers: string[] } | { can: false; lacks: string[] };

/**
 * The model with which an alarm of a template can be added to a task: the one that it has if that does for it,
 * else one that does for all its alarms. Nothing is known of a host that does not answer: then the model stays.
 */
export function choose(template: Template, others: Template[], model: string): Choice {
  const { fit } = template;
  if (!fit) return { can: true, model, readers: [] };
  if (fit.lacks.length) return { can: false, lacks: fit.lacks };
  const allows = ({ fit: one }: Template, name: string) => !one || one.models.length === 0 || one.models.includes(name);
  const candidates = fit.models.includes(model) || fit.models.length === 0 ? [model] : fit.models;
  const found = candidates.find((name) => others.every((other) => allows(other, name)));
  return found ? { can: true, model: found, readers: fit.readers } : { can: false, lacks: ["model:other"] };
}
