import i18next from "i18next";
import { useTranslation } from "react-i18next";

/** Say a code of the server in words; one that has none here, of a newer engine perhaps, is shown as it is. */
export function useWord(): (place: string, code: string) => string {
  const said = useSaid();
  return (place, code) => said(`${place}.${code}`) ?? code;
}

/** Look for words that may not be there. */
export function useSaid(): (place: string) => string | undefined {
  useTranslation(); // shown anew when the language changes
  return (place) => {
    const said: unknown = i18next.getResource(i18next.language, "translation", place);
    return typeof said === "string" ? said : undefined;
  };
}
