/** What a probe found that will hurt, by its code, in Chinese; in English the engine says it itself. */
export const findings: Record<string, string> = {
  truncated: "文件不完整，请重新获取，或使用现有部分。",
  "broke-off": "读取中断，请检查摄像机的网络和供电。",
  "decode-errors": "部分画面无法正确解码：使用 UDP 时请改用 TCP，并检查网络。",
  "no-picture": "没有可解码的画面，请在摄像机上缩短关键帧间隔。",
  "no-pts": "部分画面没有时间戳。",
  "time-jumps": "时间戳跳变，请检查摄像机时钟。",
  "fps-unknown": "码流未说明帧率，请在摄像机上设为固定帧率。",
  "fps-differs": "实际帧率与声明不符：夜间摄像机可能降帧，请缩短曝光时间或降低帧率。",
  "variable-fps": "帧间隔不稳定，请关闭可变帧率。",
  "slow-start": "首帧较慢，请将关键帧间隔设为 1 至 2 秒。",
  "long-gop": "关键帧间隔过长，录像起止和重连会变慢，请设为 1 至 2 秒。",
  "b-frames": "码流含 B 帧，告警会有延迟，请在摄像机上关闭。",
  codec: "部分浏览器无法播放该编码，建议使用 H.264。",
  large: "分辨率高于检测所需，请使用子码流以降低解码开销。",
  "pix-fmt": "像素格式不常见，建议使用 8 位 4:2:0。",
  interlaced: "画面为隔行扫描，请设为逐行。",
};
