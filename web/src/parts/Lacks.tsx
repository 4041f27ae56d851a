import { useTranslation } from "react-i18next";

/** What no model of a host does, in words; the codes are those of the server, such as `label:fire|smoke`. */
export function Lacks({ codes }: { codes: string[] }) {
  const say = useLack();
  return <>{codes.map(say).join(" · ")}</>;
}

/** Say one such code. */
export function useLack(): (code: string) => string {
  const { t } = useTranslation();
  return (code) => {
    const at = code.indexOf(":");
    const [kind, what] = [code.slice(0, at), code.slice(at + 1).replaceAll("|", ", ")];
    if (kind === "label") return t("models.lacks.label", { what });
    if (kind === "attribute") return t("models.lacks.attribute", { what });
    if (kind === "model") return t("models.lacks.other");
    return t("models.lacks.ability", { what: what in abilities ? t(abilities[what as keyof typeof abilities]) : what });
  };
}

const abilities = {
  pose: "models.tasks.pose",
  face: "models.tasks.faces",
  embedding: "models.tasks.embedding",
  detection: "models.tasks.detection",
} as const;
