/**
 * What hosts say of models and searches, by code, in Chinese; in English they say it themselves. A code of several
 * sentences has their codes joined by `+`.
 */
export const told: Record<string, string> = {
  // Where a field of a guessed card is from.
  said: "由您填写",
  documents: "来自发布者的文档",
  habit: "{{who}} 的惯例",
  "habit-imagenet": "ImageNet 的均值和标准差，最为常见",
  "habit-as-they-are": "像素原样输入，最为常见",
  "habit-caffe": "多数 Caffe 模型的惯例；MobileNet 的均值和标准差为 127.5",
  "habit-detr": "RT-DETR 和 D-FINE 的惯例；DETR 另有均值和标准差",
  "habit-paddle-text": "PaddleOCR 文字检测的惯例；RapidOCR 的均值和标准差为 127.5",
  channels: "由通道所在的位置判断",
  "grey-input": "输入为灰度图，由三个通道合成",
  metadata: "来自文件中的元数据",
  "noted-in": "来自 {{where}}",
  "opencv-order": "用于 OpenVINO 的模型采用 OpenCV 的通道顺序",
  "in-graph": "均值和缩放已包含在模型中",
  "converter-none": "转换时未设置",
  "input-bytes": "输入类型为字节",
  "input-type": "由输入的数据类型判断",
  "runtime-quantises": "由运行时完成量化",
  "not-said": "文件中没有说明",
  "classes-nameless": "模型有 {{count}} 个类别，但没有名称",
  "class-only": "此类模型只有这一个类别",
  "class-plate": "一个类别，四个角点",
  "class-coco": "80 个类别，按 COCO 的顺序",
  "class-in-name": "一个类别，名称取自文件名",
  "characters-nameless": "模型有 {{count}} 个字符和一个空位",
  "heads-nameless": "文件没有说明各输出的取值名称",
  "family-task": "由解码类型决定",
  outputs: "输出的形状与该类型相符",
  "outputs-unread": "没有任何类型的输出是这样的形状",
  "task-unread": "不支持 {{task}} 类模型",
  "input-size": "由输入的尺寸决定",
  "size-usual": "常用尺寸，输入可为任意大小",
  "size-name": "取自文件名，输入可为任意大小",
  "size-height": "高度由模型决定；宽度任意，按 PaddleOCR 的惯例",
  "tried-better": "试用后：在该图片上明显更合理",
  "tried-best": "试用后：在该图片上明显最合理",
  "found-nothing": "但在该图片上没有检测到目标",
  // What somebody should know of a model.
  "operations-of": "使用了 {{who}} 的算子，多数运行时不支持",
  "sizes-unsaid": "TorchScript 文件不说明输出的尺寸",
  "sizes-unknown": "未安装 {{what}}，无法得知输出的尺寸",
  // Who could not look for cameras, and why.
  unavailable: "缺少所需组件",
  unreachable: "网络不可达",
  timeout: "无应答",
  policy: "不允许访问该地址",
  auth: "用户名或密码错误",
  failed: "搜索失败",
  read: "读取失败",
};

/** Why a host refuses a model, by code. */
export const modelRefusals: Record<string, string> = {
  "model-damaged": "模型文件已损坏，请重新获取或转换。",
  "model-weights-missing": "{{file}} 缺少权重文件 {{weights}}，请将两者打包为 zip。",
  "model-weights-elsewhere": "{{file}} 引用了文件夹以外的权重文件，来源不可信，不予接受。",
  "model-unusable": "{{file}} 的输入或输出数量不正确，不是可用的模型。",
  "model-hostile": "文件中含有可疑内容，来源不可信，不予接受。",
  "model-large": "{{file}} 过大。",
  "model-size": "{{file}} 的大小不符合模型文件。",
  "model-several": "其中有多个模型：{{names}}。请只打包一个。",
  "model-unknown":
    "{{file}} 不是可识别的模型。支持 ONNX、OpenVINO、TensorFlow、TFLite、TF.js、Paddle、ncnn、TorchScript、Caffe 和 Darknet。",
  "model-unread": "{{file}} 的格式不受支持，请导出为 ONNX。",
  "model-weights-alone": "{{file}} 只含权重，不含模型结构，请在训练环境中将整个模型导出为 ONNX。",
  "model-caffe-weights": "{{file}} 是 Caffe 模型的权重，请与 .prototxt 一起打包为 zip。",
  "model-keras": "{{file}} 是 Keras 文件，请导出为 ONNX（tf2onnx）或 SavedModel。",
  "model-pytorch": "{{file}} 是 PyTorch 文件，加载时会运行其中的程序，因此不予接受，请导出为 ONNX。",
  "model-pnnx": "{{file}} 是 PNNX 自己的格式，请使用 .ncnn.param 文件。",
  "model-old-ir": "{{file}} 是 OpenVINO IR 第 {{version}} 版，已不再支持，请用新版 OpenVINO 重新转换原模型。",
  "model-paddle-3":
    "{{file}} 是 Paddle 3 的格式，OpenVINO 无法读取，请用 paddle2onnx 转换，或关闭 FLAGS_enable_pir_api 后重新保存。",
  "model-operations": "模型使用了不支持的算子或类型：{{names}}。",
  "model-grey": "{{file}} 需要单通道灰度图，而 Camloom 提供三通道，请在导出时加入接受三通道的首层。",
  "model-no-picture": "{{file}} 的输入不是图片。",
  "model-more-inputs": "除图片外还需要其他输入，不受支持。",
  "model-names-count": "填写了 {{said}} 个名称，模型有 {{count}} 个。",
  "model-characters-count": "填写了 {{said}} 个字符，模型有 {{count}} 个和一个空位。",
  "model-values-count": "输出 {{head}} 填写了 {{said}} 个取值，实际有 {{count}} 个。",
  "model-card-wrong": "模型与所填内容不符：{{what}}",
  "model-not-loaded": "{{file}} 无法加载：{{why}}",
  "model-not-converted": "{{file}} 无法转换：{{why}}",
  "model-slow": "{{file}} 用时过长，对此主机可能过大。",
  "model-kills-loader": "{{file}} 使加载它的进程崩溃，文件可能已损坏或来源不可信，请勿使用。",
  "model-needs-opencv": "{{kind}} 模型需要 OpenCV 4，该主机没有。",
  "model-photo": "试用的图片无法读取，请使用 JPEG 或 PNG。",
  "model-archive-damaged": "{{file}} 已损坏或带有密码，请重新打包。",
  "model-archive-many": "压缩包中的文件过多，请只打包一个模型。",
  "model-archive-large": "压缩包解压后过大，请只打包模型本身。",
  "model-archive-empty": "压缩包是空的。",
  "model-no-room": "主机磁盘空间不足。",
  "model-family-unsaid": "尚未说明输出的解码方式，请选择类型。",
  "model-unsaid": "文件没有说明全部内容，请填写标为“未知”的各栏。",
  "model-name-wrong": "“{{name}}” 不能作为模型名称，只能使用小写字母、数字、_、. 和 -。",
  "model-name-taken": "已有名为 “{{name}}” 的模型，请换一个名称。",
  "model-not-here": "该主机上没有模型 “{{name}}”，请先导入。",
  "model-not-imported": "没有导入过模型 “{{name}}”，自带的模型不能删除。",
  "model-not-tried": "模型 “{{name}}” 尚未试用。",
  "model-in-use": "该主机的任务正在使用模型 “{{name}}”，请先停用。",
  "model-unexpected": "分析时发生意外错误。",
  "model-too-long": "分析结果过大。",
  "host-import_model": "主机无法使用该模型：{{message}}",
  "host-try_model": "该模型无法在此主机上运行：{{message}}",
};

/** Words with their values put in. */
export function filled(words: string, values: Record<string, string | number>): string {
  return words.replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name] ?? ""));
}

interface Told {
  code?: string;
  values?: Record<string, string | number>;
}

/** Say in Chinese what a host told, if there are words for each part of it; else as the host said it. */
export function sayTold({ code = "", values = {} }: Told, text: string): string {
  const parts = code.split("+").map((one) => told[one] ?? modelRefusals[`model-${one}`]);
  return parts.every((one) => one !== undefined) ? filled(parts.join("；"), values) : text;
}
