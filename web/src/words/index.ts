import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import type { Language } from "../app/preferences";
import * as adding from "../parts/adding/words";
import * as fields from "../parts/fields/words";
import * as alarms from "../rooms/alarms/words";
import * as cameras from "../rooms/cameras/words";
import * as entrance from "../rooms/entrance/words";
import * as hosts from "../rooms/hosts/words";
import * as live from "../rooms/live/words";
import * as models from "../rooms/models/words";
import * as reports from "../rooms/reports/words";
import * as rules from "../rooms/rules/words";
import * as settings from "../rooms/settings/words";
import * as welcome from "../rooms/welcome/words";
import * as audit from "./audit";
import * as common from "./common";

const said = {
  entrance,
  welcome,
  adding,
  fields,
  live,
  alarms,
  cameras,
  rules,
  hosts,
  models,
  reports,
  settings,
  audit,
};
type Said = { [Room in keyof typeof said]: (typeof said)[Room]["en"] };
const en = { ...common.en, ...inLanguage("en") } as typeof common.en & Said;
const zh = { ...common.zh, ...inLanguage("zh") };

function inLanguage(language: Language) {
  return Object.fromEntries(Object.entries(said).map(([room, words]) => [room, words[language]]));
}

declare module "i18next" {
  interface CustomTypeOptions {
    resources: { translation: typeof en };
  }
}

/** Load the texts; the language changes with the switch in the shell. */
export function speak(language: Language): Promise<unknown> {
  return i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: "en",
    resources: { en: { translation: en }, zh: { translation: zh } },
    interpolation: { escapeValue: false }, // React escapes
  });
}
