import { type Language, usePreferences } from "../app/preferences";
import { classes, summaries } from "./classes";

/** Say what a model calls something: a class, an attribute or a value of one; unknown ones as the model does. */
export function wordOf(name: string, language: Language): string {
  return (language === "zh" && classes[name.replaceAll("_", " ").toLowerCase()]) || name;
}

/** Say an attribute with its value, `helmet=no` or `helmet: no`, as a model reads it. */
export function attributeOf(said: string, language: Language): string {
  const [name = "", value] = said.split(/\s*[=:]\s*/, 2);
  if (value === undefined) return wordOf(name, language);
  return language === "zh" ? `${wordOf(name, language)}：${wordOf(value, language)}` : said;
}

/** Say what a trial found or suggests, one line of it: `person × 3`, `helmet=no (0.93)`, `a vector of 512`, `RGB, mean 0, std 1`. */
export function foundOf(line: string, language: Language): string {
  if (language !== "zh") return line;
  const counted = /^(.+) × (\d+)$/.exec(line);
  if (counted) return `${wordOf(counted[1] ?? "", language)} × ${counted[2]}`;
  const read = /^(.+=.*) (\(\d\.\d+\))$/.exec(line);
  if (read) return `${attributeOf(read[1] ?? "", language)} ${read[2]}`;
  return line
    .replace(/^a vector of (\d+)$/, "$1 维向量")
    .replace(/^(\d+) points$/, "$1 个关键点")
    .replace(/, mean (\S+), std (\S+)$/, "，均值 $1，除数 $2");
}

/** What a model is, in one line; what somebody imported tells it itself. */
export function summaryOf(
  { name, imported, summary }: { name: string; imported: boolean; summary: string },
  language: Language,
): string {
  return (language === "zh" && !imported && summaries[name]) || summary;
}

/** A way to say such names in the language of the person. */
export function useNaming() {
  const { language } = usePreferences();
  return {
    name: (one: string) => wordOf(one, language),
    attribute: (one: string) => attributeOf(one, language),
    found: (one: string) => foundOf(one, language),
  };
}
