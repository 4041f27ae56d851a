"""Why a camera is as it is, for people who read Chinese; in English its host says it."""

from collections.abc import Mapping

from camloom.server.pushes.message import EventFacts

_AT_MOST = "at most "
REASONS: Mapping[str, str] = {
    "auth": "用户名或密码错误",
    "unreachable": "网络不可达",
    "timeout": "无应答",
    "closed": "被摄像机断开",
    "busy": "连接数已满",
    "missing": "不存在",
    "policy": "不允许访问该地址",
    "unavailable": "缺少所需组件",
    "not-a-video": "不是视频",
    "no-video": "没有画面",
    "unsupported": "不支持的格式",
    "read": "读取失败",
    "refused": "任务设置未被接受",
    "crash": "进程崩溃",
    "failed": "引擎出错",
    "host-away": "主机离线",
    "host-busy": "所在主机太忙，来不及查看",
    "crash-loop": "反复崩溃",
    "black": "黑屏",
    "frozen": "画面冻结",
    "covered": "镜头被遮挡",
    "moved": "摄像机被移动",
    "blurred": "画面模糊",
    "corrupt": "画面花屏",
    "loss": "丢包",
    "slow": "帧率过低",
}
"""By the code of an event, see `SourceState`; a fault of a picture begins what is said of it."""


def said_in_chinese(event: EventFacts) -> str:
    """Return what an event says of itself; what has no words here is said as it came."""
    code = event.reason or event.detail.partition(":")[0]
    if event.detail.startswith(_AT_MOST):
        return f"最高 {event.detail.removeprefix(_AT_MOST)}"
    return REASONS.get(code, event.detail) if event.detail else ""
