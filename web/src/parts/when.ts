import { usePreferences } from "../app/preferences";

/** How times are said, in the browser's zone: today by the clock, earlier with the day. */
export function useWhen() {
  const { language } = usePreferences();
  const locale = language === "zh" ? "zh-CN" : "en-GB";
  const time = { hour: "2-digit", minute: "2-digit", second: "2-digit" } as const;
  const day = { month: "short", day: "numeric" } as const;
  return (at: string) => {
    const moment = new Date(at);
    const today = new Date().toDateString() === moment.toDateString();
    return moment.toLocaleString(locale, today ? time : { ...day, ...time });
  };
}
