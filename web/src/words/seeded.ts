import type { Language } from "../app/preferences";

/** The names of the policies of the first start, which hold both languages: nobody had chosen one yet. */
const SEEDED = new Set(["摄像机离线 / Camera offline", "计数 / Counting", "其他 / Everything else"]);

/** What a policy is called: as whoever made it says; those of the first start in the language of the person. */
export function policyName(name: string, language: Language): string {
  if (!SEEDED.has(name)) return name;
  const [zh = name, en = name] = name.split(" / ");
  return language === "zh" ? zh : en;
}
