import type { Language } from "../../app/preferences";

/** What a probe writes into its table, in English, and how that is said in Chinese. */
const SAID: [english: RegExp, chinese: string][] = [
  [/^every (.+) frames, (.+) s$/, "每 $1 帧，$2 秒"],
  [/\((\S+) to (\S+)\)/g, "（$1 至 $2）"],
  [/^(\d+) within (\S+) s$/, "$2 秒内 $1 个"],
  [/^(\d+) frames, (\d+) of them keyframes, (\S+) s$/, "$1 帧，其中关键帧 $2 个，$3 秒"],
  [/^(\d+) pictures? held back$/, "延后 $1 帧"],
  [/^(\d+) missing, (\d+) jumps$/, "缺少 $1 个，跳变 $2 次"],
  [/^after (\S+) s$/, "$1 秒后"],
  [/^(\S+) fps said, (\S+) measured/, "声明 $1 帧/秒，实测 $2"],
  [/^not said, (\S+) measured/, "未声明，实测 $1"],
  [/, uneven$/, "，不均匀"],
  [/, interlaced$/, "，隔行扫描"],
  [/, live$/, "，实时"],
  [/, length unknown$/, "，时长未知"],
  [/^(\S+), ([\d.e+]+) s$/, "$1，$2 秒"],
  [/^none$/, "无"],
  [/^never$/, "没有"],
  [/^sane$/, "正常"],
];

/** Say a value of that table in the language of the person. */
export const sayFact = (value: string, language: Language): string =>
  language === "zh" ? SAID.reduce((said, [english, chinese]) => said.replace(english, chinese), value) : value;
