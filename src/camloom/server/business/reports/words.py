"""The words of reports in each language."""

from typing import Any

WORDS: dict[str, dict[str, str]] = {
    "zh": {
        "critical": "紧急",
        "major": "重要",
        "minor": "次要",
        "info": "提示",
        "title_day": "日报",
        "title_week": "周报",
        "title_month": "月报",
        "title_custom": "报表",
        "subtitle": "告警与设备运行",
        "until_now": "统计周期尚未结束，数据截至 {at}",
        "alarms": "告警",
        "before": "上一周期",
        "trend_none": "上一周期 {before}",
        "trend": "{change} · 上一周期 {before}",
        "true": "真实",
        "false": "误报",
        "false_share": "误报率",
        "judged": "已判定 {judged} / {alarms}",
        "median": "处理用时中位数",
        "p90": "90% 在 {p90} 内处理",
        "handled": "已处理",
        "uptime": "摄像机在线率",
        "outages": "离线 {n} 次",
        "by_day": "每日告警",
        "pale": "浅色：上一周期",
        "by_hour": "各时段告警",
        "heat": "告警时段热力图",
        "by_template": "按类型",
        "by_severity": "按级别",
        "by_camera": "按摄像机",
        "name": "名称",
        "share": "占比",
        "flows": "客流 / 过线统计",
        "camera": "摄像机",
        "rule": "规则",
        "uptimes": "摄像机运行",
        "online": "在线率",
        "offline": "离线时长",
        "times": "离线次数",
        "known": "有记录",
        "storage": "存储",
        "storage_text": "图片与视频已用 {used}，磁盘可用 {free} / {total}",
        "more": "另有 {n} 项未列出；完整数据见 CSV。",
        "empty": "本周期没有告警。",
        "this": "本周期",
        "made": "生成于 {at}（{zone}）",
        "filter": "筛选：{what}",
        "filter_camera": "{n} 台摄像机",
        "filter_group": "{n} 个分组",
        "filter_template": "{n} 种类型",
        "filter_severity": "{n} 个级别",
        "note": "用时中位数由分段计数插值得到；在线率只计有记录且应运行的时间。",
        "weekdays": "周一 周二 周三 周四 周五 周六 周日",
        "day": "日期",
        "severity": "级别",
        "unknown": "无记录",
        "camera_id": "摄像机编号",
        "template": "类型编号",
        "in": "进",
        "out": "出",
        "percent": "{what}（%）",
        "seconds": "{what}（秒）",
        "mail_subject": "{name}：{title} {first} 至 {last}",
        "mail_text": (
            "{title}（{first} 至 {last}）\n\n"
            "告警 {alarms}（{trend}）\n"
            "误报率 {false_share}\n"
            "处理用时中位数 {median}\n"
            "摄像机在线率 {uptime}\n\n"
            "完整报表见附件。{link}"
        ),
    },
    "en": {
        "critical": "Critical",
        "major": "Major",
        "minor": "Minor",
        "info": "Info",
        "title_day": "Daily report",
        "title_week": "Weekly report",
        "title_month": "Monthly report",
        "title_custom": "Report",
        "subtitle": "Alarms and cameras",
        "until_now": "The period is not over: numbers until {at}",
        "alarms": "Alarms",
        "before": "Period before",
        "trend_none": "period before: {before}",
        "trend": "{change} · period before: {before}",
        "true": "True",
        "false": "False",
        "false_share": "False alarms",
        "judged": "{judged} of {alarms} judged",
        "median": "Median time to handle",
        "p90": "90 % within {p90}",
        "handled": "Handled",
        "uptime": "Cameras online",
        "outages": "{n} outages",
        "by_day": "Alarms by day",
        "pale": "pale: period before",
        "by_hour": "Alarms by hour",
        "heat": "When alarms happen",
        "by_template": "By type",
        "by_severity": "By severity",
        "by_camera": "By camera",
        "name": "Name",
        "share": "Share",
        "flows": "Flows over lines",
        "camera": "Camera",
        "rule": "Rule",
        "uptimes": "Cameras",
        "online": "Online",
        "offline": "Offline for",
        "times": "Outages",
        "known": "Known for",
        "storage": "Storage",
        "storage_text": "{used} of pictures and clips; {free} of {total} free on the disk",
        "more": "{n} more are not listed; the CSV has them all.",
        "empty": "There were no alarms in this period.",
        "this": "This period",
        "made": "Made {at} ({zone})",
        "filter": "Only: {what}",
        "filter_camera": "cameras: {n}",
        "filter_group": "groups: {n}",
        "filter_template": "types: {n}",
        "filter_severity": "severities: {n}",
        "note": "The median is interpolated between counts by duration; online is of the time that is known and meant.",
        "weekdays": "Mon Tue Wed Thu Fri Sat Sun",
        "day": "Day",
        "severity": "Severity",
        "unknown": "unknown",
        "camera_id": "camera_id",
        "template": "template",
        "in": "In",
        "out": "Out",
        "percent": "{what} %",
        "seconds": "{what} s",
        "mail_subject": "{name}: {title} {first} to {last}",
        "mail_text": (
            "{title} ({first} to {last})\n\n"
            "Alarms: {alarms} ({trend})\n"
            "False alarms: {false_share}\n"
            "Median time to handle: {median}\n"
            "Cameras online: {uptime}\n\n"
            "The whole report is attached. {link}"
        ),
    },
}
_SPANS = {"zh": (" 天", " 小时", " 分", " 秒"), "en": (" d", " h", " min", " s")}
_SPANS_S = (86_400, 3600, 60, 1)


class Speech:
    """Says things in one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._words = WORDS[language]

    def __call__(self, key: str, **values: Any) -> str:
        """Return a phrase."""
        return self._words[key].format(**values) if values else self._words[key]

    def name(self, name: dict[str, str]) -> str:
        """Return a name of something in this language, or one of those it has."""
        return name.get(self.language) or name.get("en") or next(iter(name.values()), "")

    def direction(self, way: str) -> str:
        """Return which way somebody went: `A->B`, or in and out."""
        return self._words[way] if way in ("in", "out") else way.replace("->", " → ")

    def span(self, seconds: float | None) -> str:
        """Return a duration, in the largest unit that fits."""
        if seconds is None:
            return "–"
        for unit_s, unit in zip(_SPANS_S, _SPANS[self.language], strict=True):
            if seconds >= unit_s:
                value = seconds / unit_s
                return f"{value:.1f}{unit}" if value < 10 and unit_s > 1 else f"{value:.0f}{unit}"
        return f"0{_SPANS[self.language][-1]}"


def percent(share: float | None, *, signed: bool = False, digits: int = 0) -> str:
    """Return a share as people write it."""
    if share is None:
        return "–"
    return f"{share * 100:+,.{digits}f} %" if signed else f"{share * 100:.{digits}f} %"


def size(size_bytes: int | None) -> str:
    """Return a size as people write it."""
    if size_bytes is None:
        return "–"
    value = float(size_bytes)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} TB"
