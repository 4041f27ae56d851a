import i18next from "i18next";
import { useTranslation } from "react-i18next";

/** Say a code of the server in words; one that has none here, of a newer engine perhaps, is shown as it is. */
export function useWord(): (place: string, code: string) => string {
  useTranslation(); // shown anew when the language changes
  return (place, code) => {
    const said: unknown = i18next.getResource(i18next.language, "translation", `${place}.${code}`);
    return typeof said === "string" ? said : code;
  };
}
