import { type Language, usePreferences } from "../app/preferences";

const locales = { zh: "zh-CN", en: "en-GB" } as const;

/** A moment for people: without the day if that is today's, by the clock of this browser. */
export function momentOf(at: string | Date, language: Language, now = new Date()): string {
  const moment = new Date(at);
  const time = moment.toLocaleTimeString(locales[language], { hour12: false });
  if (moment.toDateString() === now.toDateString()) return time;
  const year = moment.getFullYear() === now.getFullYear() ? undefined : ("numeric" as const);
  const day = moment.toLocaleDateString(locales[language], { year, month: "short", day: "numeric" });
  return `${day} ${time}`;
}

/** A way to say moments in the language of the reader. */
export function useWhen(): (at: string | Date) => string {
  const { language } = usePreferences();
  return (at) => momentOf(at, language);
}

/** How long something lasts, in the two largest units: `1 h 05 min`, `12 s`. */
export function lengthOf(seconds: number, language: Language): string {
  const [hour, minute, second, day] = language === "zh" ? ["小时", "分", "秒", "天"] : ["h", "min", "s", "d"];
  const whole = Math.max(0, Math.round(seconds));
  const parts: [number, string | undefined][] = [
    [Math.floor(whole / 86_400), day],
    [Math.floor(whole / 3600) % 24, hour],
    [Math.floor(whole / 60) % 60, minute],
    [whole % 60, second],
  ];
  const first = parts.findIndex(([value]) => value > 0);
  if (first < 0) return `0 ${second}`;
  return parts
    .slice(first, first + 2)
    .filter(([value], place) => place === 0 || value > 0)
    .map(([value, unit]) => `${value} ${unit}`)
    .join(" ");
}
