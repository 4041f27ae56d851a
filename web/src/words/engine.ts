import { attributeOf } from "./naming";

/**
 * What the engine says of a task, a stream or a model, in English, and how that is said in Chinese.
 *
 * `$1` is a part as it was said, `%1` a list of classes or attributes, which have words of their own, `&1` what is said in these
 * sentences again. What the engine advises after the sentence is in the Chinese one.
 */
const SAID: [english: string, chinese: string][] = [
  // Who it is about.
  ["task '?[^':]+'?: (.+)", "&1"],
  ["(?:[\\w./-]+: )?(?:rule|alarm) '([^']+)': (.+)", "“$1”：&2"],
  ["source: (.+)", "&1"],
  ["[\\w./-]*\\d+[\\w./-]*: (.+)", "&1"],
  ["template '(.+)' needs a block: (.+)", "规则模板“$1”缺少组成部分：&2"],
  // Rules and models.
  ["model '(.+)' does not know the class '(.+)'", "模型“$1”没有类别“%2”"],
  ["it is about (.+), but model '(.+)' reads only (.+)", "目标类别为%1，但模型“$2”只读取%3，请修改二级模型的类别"],
  [
    "model '(.+)' has none of the labels that template '(.+)' needs: (.+)",
    "模型“$1”没有规则所需的任何一个类别（%3），请更换模型，或填写模型中对应的类别",
  ],
  [
    "model '(.+)' lacks the label '(.+)' that (?:template '.+'|\\S+) needs",
    "模型“$1”没有规则所需的类别“%2”，请更换模型",
  ],
  [
    "(?:(?:template|rule) '.+'|\\S+) needs (?:a|an) (\\w+) model; .+",
    "规则需要用于“%1”的模型，请在任务中添加（主模型或二级模型）",
  ],
  [
    "(?:(?:template|rule) '.+'|\\S+) needs the attribute '(.+)', which no model of the task says",
    "规则需要属性“%1”，任务中没有模型能识别，请添加二级模型，或填写模型中对应的属性",
  ],
  ["(?:template '.+'|\\S+) needs .+?; .+", "任务的模型不能满足该规则，请在“模型”页查看缺少什么"],
  ["it looks for (.+), but the task keeps only (.+)", "规则要找的是%1，但任务只保留%2，请修改任务的类别"],
  ["model '(.+)' reads crops, it finds nothing in a whole picture", "模型“$1”只能作为二级模型，请另选主模型"],
  ["model '(.+)' finds objects in whole pictures, it does not read crops", "模型“$1”不能作为二级模型"],
  ["there is no model card (.+)", "主机上没有该模型：$1"],
  ["there is no model '(.+)'(?: on this host)?", "主机上没有模型“$1”，请先导入"],
  ["its host has no model '(.+)'", "主机上没有模型“$1”"],
  ["unknown model '(.+)'", "未知的模型：$1"],
  ["unknown template '(.+)'", "未知的规则模板“$1”"],
  ["unknown [\\w ]+ '(.+)'", "未知的类型：$1"],
  ["[\\w ]+ '(.+)' cannot be loaded: .+", "“$1”无法加载，缺少所需组件"],
  ["[\\w ]+ '(.+)' is not available here: (.+)", "该主机不支持“$1”：$2"],
  ["model card (.+?) names (.+?), which does not exist", "模型卡片 $1 所指的文件 $2 不存在，请重新导入"],
  ["(.+) is not a model card, which is a .yaml file", "$1 不是模型卡片"],
  ["class_names: a model that finds objects needs at least one name", "检测模型至少需要一个类别名称"],
  ["cannot read model card (.+?): (.+)", "模型卡片无法读取：$1"],
  ["model card (.+?): (.+)", "模型卡片有误：$1"],
  ["model '(.+)' has no file for the runtime '(.+)'", "模型“$1”没有适用于 $2 的文件"],
  [
    "(.+) is not the file that its card describes \\(its SHA-256 differs\\)",
    "模型文件 $1 与其卡片不符（SHA-256 不同），请重新导入",
  ],
  ["(.+) is not the right file \\(sha256 .+\\)", "$1 不是正确的文件（SHA-256 不同）"],
  ["cannot fetch (?:model|sample) '(.+?)'; (.+)", "无法获取“$1”，请检查网络，或将文件放入 CAMLOOM_MIRROR 所指的文件夹"],
  ["cannot write to the cache folder (.+?): (.+)", "无法写入缓存文件夹 $1（$2），请检查权限和磁盘空间"],
  ["no runtime (?:on this machine )?can run model '(.+?)': .+", "该主机的运行时都不能运行模型“$1”"],
  ["a model or a rule failed: (\\w+)(?:: .+)?", "模型或规则出错（$1），请查看主机日志"],
  [
    "model '(.+)' put out .+|the model does not fit its card '(.+)': .+",
    "模型的输出与其卡片不符（$1$2），请重新导入并检查解码类型",
  ],
  ["the worker process of (\\S+) .+", "$1 的运行时进程出错，请查看主机日志"],
  ["the trial of the runtimes failed: (.+)", "运行时试用失败（$1）"],
  ["(ONNX Runtime|\\S+) cannot use (.+?) for card '(.+)': .+", "$1 不能运行模型“$3”"],
  ["(\\S+) cannot use (.+?) for card '(.+)' on (.+?): (.+)", "$1 不能在 $4 上运行模型“$3”"],
  ["(\\S+) cannot use (.+?): (.+)", "$1 不能运行 $2，文件可能已损坏或不受支持"],
  ["(\\S+) cannot read (.+?): (.+)", "$1 无法读取 $2（$3）"],
  ["(ONNX Runtime|\\S+) failed while running the model: .+", "$1 运行模型时出错"],
  ["(ONNX Runtime|\\S+) has no device '(.+)' here", "$1 在该主机上没有设备“$2”"],
  [
    ".*(?:card '(.+?)'|its card|the card) (?:says|describes|asks for|does not say) .+",
    "模型文件与其卡片不符（$1），请重新导入",
  ],
  // What a server may not ask for.
  ["`(.+?):` is not taken from a server", "“$1” 由主机决定，不能在此设置"],
  ["the settings of '(.+)' of this host are wrong", "主机的“$1”设置有误"],
  ["sources of the kind '(.+):' are not (?:taken from a server|allowed)", "不允许使用 $1: 类型的地址"],
  ["(?:the host|there is no port) '?(\\S+?)'?(?: is not allowed: .+)?", "不允许访问该地址：$1"],
  ["the environment \\((.+)\\) is wrong: .+", "主机的设置有误：$1"],
  ["the file of the source is not in the data folder", "视频文件不在数据文件夹中，请重新上传"],
  ["the model (.+) is not in the data folder", "模型 $1 不在数据文件夹中，请重新导入"],
  ["`?(.+?)`? is not in the data folder", "“$1” 所指的文件不在数据文件夹中"],
  // States, faces.
  ["model '(.+)' does not know the state '(.+)'", "示教的地点“$1”没有状态“$2”"],
  ["all states of model '(.+)' are of interest, and so it is always in one", "“$1”的所有状态都被选中，规则将始终成立"],
  ["cannot read the state model (.+?): (.+)", "没有示教过该地点，请先在“模型”页示教"],
  ["there is .+ in the gallery (.+)", "人员库中没有所需的人员，请先添加"],
  [
    "the gallery .+ was made with model (.+?), but this task reads faces with (.+)",
    "人员库由模型 $1 建立，与任务的人脸模型 $2 不符",
  ],
  ["'(.+)' has (\\d+) states already", "“$1”已有 $2 个状态，达到上限"],
  ["'(.+)' has (\\d+) examples already", "“$1”已有 $2 个样本，达到上限"],
  ["the zone is none: (.+)", "区域无效，请重新绘制"],
  ["'(.+)' has no such example", "该样本已不存在，请刷新"],
  ["there is no place '(.+)' on this host", "该地点已不存在，请刷新"],
  ["'(.+)' has no examples of '(.+)'", "该状态已没有样本，请刷新"],
  // Streams and their processes.
  ["model (\\S+) on (\\S+) \\((.*)\\)", "$1 · $2（$3）"],
  ["the supervisor of the streams has failed", "流管理进程出错，请查看主机日志"],
  ["two of these tasks have the same id|there is a task '.+' already", "任务编号重复"],
  ["an evidence source must be live", "取证码流必须是实时码流"],
  ["unexpected (\\w+)(?:: .+)?", "出现意外错误（$1），请查看主机日志"],
  [
    "crashed (\\d+) times: its worker (.+); disabled until it is enabled again",
    "进程已崩溃 $1 次（&2），已停用，需手动启用",
  ],
  ["its worker (.+)", "分析进程异常：&1"],
  ["was ended by (\\w+)", "被信号 $1 终止"],
  ["was lost", "失去联系"],
  ["ended with code (\\d+)", "以代码 $1 退出"],
  ["ended", "已退出"],
  ["the supervisor failed: (.+)", "流管理进程出错，请查看主机日志"],
  ["no worker process can be started: (.+)", "无法启动分析进程（$1）"],
  ["the process that makes workers dies again and again", "分析进程反复崩溃，请检查内存和主机日志"],
  ["the run before ended without a word", "上次运行异常结束"],
  ["sink '(.+)' failed: (.+)", "输出“$1”出错"],
  ["sink '(.+)' did not finish within (.+) s", "输出“$1”未能在 $2 秒内完成"],
  ["cannot (?:write|make) (.+?): (.+)", "无法写入 $1（$2），请检查权限和磁盘空间"],
  ["cannot write into (.+?): (.+)", "无法写入 $1（$2），请检查权限和磁盘空间"],
  ["this FFmpeg has no (?:video )?encoder.*", "主机的 FFmpeg 缺少所需的视频编码器"],
  ["no task '(.+)' runs", "任务未在运行"],
  // Sources.
  ["there is no (?:file )?'(.+)'", "文件不存在：$1"],
  ["'(.+)' is empty \\(0 bytes\\)", "文件为空：$1"],
  ["'(.+)' is a folder", "$1 是文件夹，不是视频文件"],
  ["'(.+)' is not a regular file", "$1 不是普通文件"],
  ["(.+) (?:sends|holds) data that cannot be decoded", "$1 的数据无法解码"],
  ["(.+) has no video, only (.+)", "$1 中没有视频"],
  ["(.+) is a picture or a text, not a video", "$1 不是视频"],
  ["(.+) is encoded in a way FFmpeg cannot decode", "$1 的编码不受支持"],
  ["(.+) sends no picture that can be decoded", "$1 没有可解码的画面"],
  ["(.+) answers, but not with a video that FFmpeg knows", "$1 有应答，但不是可识别的视频"],
  ["(.+) sent nothing any more for (.+) s", "$1 已 $2 秒没有数据"],
  ["(.+) sent no picture for (.+) s, while other data comes", "$1 已 $2 秒没有画面，但有其他数据"],
  ["(.+) did not answer within (.+) s", "$1 在 $2 秒内没有应答"],
  ["(.+) did not answer.*", "$1 没有应答"],
  ["(.+) cannot be reached: nothing listens there", "$1 无法连接：端口未开放"],
  ["(.+) cannot be reached: no route to it", "$1 无法连接：网络不可达"],
  ["(.+) cannot be reached: no host is called '(.+)'", "$1 无法连接：找不到主机“$2”"],
  ["(.+) closed the connection.*", "$1 断开了连接，可能是路径错误或连接数已满"],
  ["(.+) asks for a user and a password \\(401\\)", "$1 需要用户名和密码"],
  ["(.+) refused the user or the password \\(401\\)", "$1 拒绝了用户名或密码"],
  ["(.+) forbids access \\(403\\)", "$1 禁止访问（403）"],
  ["(.+) has no such path \\(404\\)", "$1 没有该路径（404）"],
  ["(.+) has no place left.*", "$1 连接数已满"],
  ["(.+) ended the stream", "$1 结束了码流"],
  ["(.+) cannot be read: (.+)", "$1 无法读取（$2）"],
  ["no picture comes at the moment", "目前没有画面，请查看摄像机状态"],
  ["the newest picture cannot be decoded|no picture could be decoded", "最新的画面无法解码，请重试"],
  ["no picture of '.+' came within (.+) s", "$1 秒内没有收到画面，请查看摄像机状态"],
  ["there is no picture of '.+?': (.*)", "没有画面，请查看摄像机状态"],
  ["the picture cannot be written", "图片无法生成"],
  ["the camera is not connected", "摄像机未连接，请查看其状态"],
  ["the source is empty or not text", "请填写视频地址"],
  ["this is no URL of a camera", "不是有效的摄像机地址"],
  ["'file://(.+)/...' names another machine", "不能使用其他机器上的文件"],
  ["no host in the (.+) URL", "地址中缺少主机"],
  ["no picture came for (.+) s", "已 $1 秒没有画面"],
  ["the stream came to its end", "码流已结束"],
  ["it was stopped(?: before it was connected)?", "已停止"],
  // What happened, of alarms.
  ["at most (\\d+ ± \\d+ km/h)", "最高 $1"],
  ["covered: what the camera usually shows is hidden", "镜头被遮挡"],
  ["moved: the camera shows another view", "摄像机被移动，画面已改变"],
  ["blurred: the edges of the view are no longer sharp", "画面模糊"],
  ["black: the picture shows nothing", "黑屏"],
  ["frozen: the same picture comes again and again", "画面冻结"],
  ["its host has said nothing since (.+) UTC", "主机自 $1（UTC）起没有上报"],
  ["its address is lost: enter it again", "视频地址已丢失，请重新填写"],
  // Of what was filled in.
  ["there is no \\w+ '(.+?)'", "没有名为“$1”的区域或线"],
  ["point (.+) is outside the picture: .+", "点 $1 在画面之外"],
  ["needs the form .+", "格式有误"],
  ["needs a list of alarms: .+", "告警须为列表"],
  ["needs a list of dates such as .+", "须为日期列表，例如 2026-10-01 或 2026-10-01..2026-10-07"],
  ["stands for more than (\\d+) dates", "日期过多，最多 $1 天"],
  ["'(.+)' ends before it begins, or is too long", "“$1”的结束早于开始，或过长"],
  ["(.+) is no calendar: .+", "$1 不是有效的日历"],
  ["(.+) is among the holidays and the workdays", "$1 同时是节假日和工作日"],
  ["holidays count only for spans with .+", "只有按工作日或节假日布防的时段才需要节假日"],
  ["takes x0, y0, x1, y1 with x0 < x1 and y0 < y1", "x0 须小于 x1，y0 须小于 y1"],
  ["at least 0 objects are always there: .+", "数量须至少为 1"],
  ["`times: (\\d+)` needs `within_s`, .+", "请填写次数所在的时间范围"],
  ["give `things`, classes that are near them, or a `gesture`", "请填写物品类别或手势"],
  ["`hint_needed` and `gesture_times` are about a `gesture`: give one", "请填写手势"],
  ["`hints` and `hint_needed: true` go together", "示意类别与“需要示意”须同时设置"],
  ["must be a word, unique in the task", "须为任务中唯一的名称"],
  ["only one of (.+) may be a list", "只能有一项填写多个"],
  ["the question names no (?:model|task)", "没有指明模型或任务"],
  ["is missing; it must be given", "请填写"],
  ["template '(.+)' needs `(.+?): .+", "请填写“$2”"],
  ["is (.+); it must be between (.+) and (.+)", "应在 $2 到 $3 之间"],
  ["must be (.+), not (.+)", "不能是 $2"],
  ["two (?:zone|line|rule)s are called '(.+)': .+", "名称“$1”重复，请改用其他名称"],
  ["zone '(.+)' crosses itself: .+", "区域“$1”的边相互交叉，请按顺序绘制各点"],
  ["zone '(.+)' has no area: .+", "区域“$1”没有面积，请移动其中一点"],
  ["zone '(.+)' needs at least three different points, .+", "区域“$1”至少需要三个不同的点"],
  ["zone '(.+)' (.+)", "区域“$1”不适用于该规则，请重新绘制"],
  ["line '(.+)' starts and ends at the same point", "线“$1”的起点和终点相同"],
  ["`line` and `second_line` are both '(.+)': .+", "两条线都是“$1”，请另画一条"],
  ["`(.+?)` (.+) must (?:not be above|be below) `(.+?)` (.+)", "“$1”（$2）须小于“$3”（$4）"],
  ["`(.+?)` (.+) must not be below `(.+?)` (.+)", "“$1”（$2）不能小于“$3”（$4）"],
  ["`(.+?)` has no effect .+", "“$1”在此设置下不起作用，请留空"],
  ["`votes` is (\\d+) of the last (\\d+): .+", "一致帧数（$1）不能多于统计帧数（$2）"],
  ["has (\\d+) (?:entries|corners); (\\d+) are the most", "有 $1 项，最多 $2 项"],
  ["is longer than (\\d+) characters", "最多 $1 个字符"],
  ["is larger than (\\d+) kB", "总大小超过 $1 kB"],
  ["must be the name of a model; files cannot be named here", "须为模型名称，不能是文件"],
  ["files cannot be named here: .+", "不能填写文件路径，请留空以使用主机的人员库"],
  ["must be a list of dates; files cannot be named here", "须为日期列表"],
  ["template '(.+)' has no zone to be outside of", "该规则没有区域，不能选“区域外”"],
  ["goes with one zone: draw one around all of them", "只能用于一个区域，请画一个包含全部的区域"],
  ["has no time zone", "时间须带时区"],
  ["needs a time zone, such as .+", "时间须带时区"],
  ["takes a plain time of day.*", "只填一天中的时刻，时区以站点为准"],
  ["a place on a map needs .+", "地图上的位置不完整，请重新放置"],
  ["has no such port", "端口无效，应为 1 到 65535"],
  ["groups lie at most (\\d+) deep", "分组最多 $1 级"],
  ["the name of a group has (\\d+) characters at most", "分组名称最多 $1 个字符"],
  ["must be a span of at most (\\d+) days", "时间范围最多 $1 天"],
  ["'last' is for custom periods", "只有自定义周期才能填写结束日期"],
  ["a custom period needs 'day' and 'last'", "自定义周期须填写开始和结束日期"],
  ["a period has 1 to (\\d+) days", "周期为 1 到 $1 天"],
  ["must not hold NUL or half of a character", "含有无效字符"],
  ["is nested too deeply", "嵌套过深"],
  ["must not be empty", "不能为空"],
  ["must not hold control characters", "不能含有控制字符"],
  ["must be JSON", "必须是 JSON"],
  [
    "the host carries (\\d+) of about (\\d+) streams that it can: frames will be skipped",
    "主机已运行 $1 路（约可运行 $2 路），将会跳帧。",
  ],
  ["the host carries (\\d+) of about (\\d+) streams that it can", "主机已运行 $1 路，约可运行 $2 路。"],
  // What the past cannot tell.
  ["the history of '(.+)' is empty", "该任务还没有历史记录，请先运行一段时间"],
  ["the files of (.+) in .+ keep changing", "历史记录正在写入，请稍后再试"],
  ["(.+) is not a folder|\\S+ keeps no history of '.+'", "该任务没有历史记录，请先运行一段时间"],
  [
    "the history of '.+' has (?:no frame at|never seen track) .+|track \\d+ is not there at .+",
    "历史记录中没有该时刻的目标",
  ],
  ["the time span is wrong", "时间范围有误"],
  ["unknown time zone.*", "未知的时区"],
  // Lines of hosts' own.
  ["this host has too many questions to answer", "主机繁忙，请稍后再试"],
  ["this host is looking at another model", "该主机正在分析另一个模型，请稍后再试"],
  ["it took longer than (.+?) s(?: to begin)?", "超过 $1 秒未完成"],
  ["the answer is too long", "结果过大"],
  ["the process that looked at it crashed", "处理进程崩溃"],
];
// A part ends where the advice begins.
const PATTERNS = SAID.map(([english, chinese]) => {
  const short = english.replaceAll("(.+)", "(.+?)");
  return [new RegExp(`^(?:${short})(?:\\. .*)?$`, "s"), chinese] as const;
});

/** Say in Chinese what the engine says; undefined: there are no words for it. */
export function engineZh(text: string): string | undefined {
  for (const [pattern, chinese] of PATTERNS) {
    const found = pattern.exec(text);
    const said = found && filledIn(chinese, found);
    if (said) return said;
  }
  return undefined;
}

/** Say it with its parts; undefined: there are no words for what is said again. */
function filledIn(chinese: string, found: RegExpExecArray): string | undefined {
  let lost = false;
  const part = (at: string) => found[Number(at)] ?? "";
  const said = chinese
    .replace(/\$(\d)/g, (_, at: string) => part(at))
    .replace(/%(\d)/g, (_, at: string) =>
      part(at)
        .split(", ")
        .map((name) => attributeOf(name, "zh"))
        .join("、"),
    )
    .replace(/&(\d)/g, (_, at: string) => {
      const again = engineZh(part(at));
      lost ||= again === undefined;
      return again ?? "";
    });
  return lost ? undefined : said;
}

/** Say what the engine says in the language of the person; what has no words there is said as it came. */
export function sayEngine(text: string, language: "en" | "zh"): string {
  return (language === "zh" && engineZh(text)) || text;
}
