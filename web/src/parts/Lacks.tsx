import { useTranslation } from "react-i18next";
import { useNaming } from "../words/naming";

/** What no model of a host does, in words; the codes are those of the server, such as `label:fire|smoke`. */
export function Lacks({ codes }: { codes: string[] }) {
  const say = useLack();
  return <>{codes.map(say).join(" · ")}</>;
}

/** Say one such code. */
export function useLack(): (code: string) => string {
  const { t } = useTranslation();
  const naming = useNaming();
  return (code) => {
    const at = code.indexOf(":");
    const [kind, what] = [code.slice(0, at), code.slice(at + 1)];
    const words = (say: (one: string) => string) => [...new Set(what.split("|").map(say))].join(t("cameras.comma"));
    if (kind === "label") return t("models.lacks.label", { what: words(naming.name) });
    if (kind === "attribute") return t("models.lacks.attribute", { what: words(naming.attribute) });
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
