import { expect, test } from "vitest";
import { engineZh, sayEngine } from "./engine";

test.each([
  ["model 'nanodet' does not know the class 'helmet'. It knows person, car", "模型“nanodet”没有类别“安全帽”"],
  [
    "task '01J': alarm 'fire_smoke': model 'nanodet' has none of the labels that template 'fire_smoke' needs: fire, smoke. Name ...",
    "“fire_smoke”：模型“nanodet”没有规则所需的任何一个类别（火焰、烟雾），请更换模型，或填写模型中对应的类别",
  ],
  [
    "crashed 5 times: its worker was ended by SIGKILL; disabled until it is enabled again",
    "进程已崩溃 5 次（被信号 SIGKILL 终止），已停用，需手动启用",
  ],
  ["unexpected KeyError: 'x'", "出现意外错误（KeyError），请查看主机日志"],
])("%s", (english, chinese) => {
  expect(engineZh(english)).toBe(chinese);
});

test("what has no words is said as it came", () => {
  expect(sayEngine("something that nobody has put into words", "zh")).toBe("something that nobody has put into words");
  expect(sayEngine("alarm 'a': something new", "zh")).toBe("alarm 'a': something new");
  expect(sayEngine("unexpected KeyError", "en")).toBe("unexpected KeyError");
});
