"""What people read: one alarm in one language."""

from zoneinfo import ZoneInfo

from camloom.server.business.hooks import AlarmChange
from camloom.server.pushes.message import Message
from camloom.server.pushes.reasons import said_in_chinese

_ZH = {
    AlarmChange.RAISED: "新告警",
    AlarmChange.UPDATED: "告警更新",
    AlarmChange.WORSENED: "告警升级",
    AlarmChange.ENDED: "告警结束",
    AlarmChange.ESCALATED: "超时未确认",
    AlarmChange.ACKNOWLEDGED: "已确认",
    AlarmChange.JUDGED: "已判定",
    AlarmChange.CLOSED: "已关闭",
    AlarmChange.REOPENED: "重新打开",
    AlarmChange.ASSIGNED: "已指派",
    AlarmChange.NOTED: "有新备注",
}
_EN = {
    AlarmChange.RAISED: "New alarm",
    AlarmChange.UPDATED: "Alarm updated",
    AlarmChange.WORSENED: "Alarm worse",
    AlarmChange.ENDED: "Alarm ended",
    AlarmChange.ESCALATED: "Not acknowledged in time",
    AlarmChange.ACKNOWLEDGED: "Acknowledged",
    AlarmChange.JUDGED: "Judged",
    AlarmChange.CLOSED: "Closed",
    AlarmChange.REOPENED: "Reopened",
    AlarmChange.ASSIGNED: "Assigned",
    AlarmChange.NOTED: "New note",
}
_SEVERITIES = {
    "zh": {"info": "提示", "minor": "次要", "major": "重要", "critical": "紧急"},
    "en": {"info": "info", "minor": "minor", "major": "major", "critical": "critical"},
}
_LABELS = {
    "zh": {
        "camera": "摄像机", "zone": "区域", "severity": "级别", "time": "时间", "count": "次数", "detail": "说明",
        "link": "查看", "test": "测试",
    },
    "en": {
        "camera": "Camera", "zone": "Zone", "severity": "Severity", "time": "Time", "count": "Count",
        "detail": "Detail", "link": "Open", "test": "TEST",
    },
}  # fmt: skip


def title_of(message: Message) -> str:
    """Return one line: what happened where."""
    language = _language(message)
    change = (_ZH if language == "zh" else _EN)[message.change]
    mark = f"[{_LABELS[language]['test']}] " if message.test else ""
    return _line(f"{mark}{change}: {name_of(message)} - {message.alarm.camera_name}")


def name_of(message: Message) -> str:
    """Return what the alarm is called in the language of its receiver."""
    names, language = message.alarm.name, _language(message)
    return names.get(language) or next(iter(names.values()), "") or message.alarm.template


def text_of(message: Message, zone: ZoneInfo, link: str) -> str:
    """Return a few lines: where, when, how bad, and a link to it if this server has an address for people."""
    alarm, language = message.alarm, _language(message)
    at = alarm.ended_at if message.change is AlarmChange.ENDED and alarm.ended_at else alarm.began_at
    rows = {
        "camera": alarm.camera_name,
        "zone": alarm.zone,
        "severity": _SEVERITIES[language].get(alarm.severity, alarm.severity),
        "time": at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S %Z"),
        "count": str(alarm.count) if alarm.count > 1 else "",
        "detail": (said_in_chinese(alarm.event) if language == "zh" else alarm.event.detail)[:500],
        "link": link,
    }
    return "\n".join(f"{_LABELS[language][name]}: {_line(value)}" for name, value in rows.items() if value)


def _language(message: Message) -> str:
    return "en" if message.language == "en" else "zh"


def _line(text: str) -> str:
    return " ".join(text.split())


def words_of(message: Message, zone: ZoneInfo) -> dict[str, str]:
    """Return the words that a template of a short message may hold."""
    alarm = message.alarm
    return {
        "alarm": name_of(message),
        "camera": alarm.camera_name,
        "zone": alarm.zone,
        "severity": _SEVERITIES[_language(message)].get(alarm.severity, alarm.severity),
        "time": alarm.began_at.astimezone(zone).strftime("%m-%d %H:%M:%S"),
        "change": (_ZH if _language(message) == "zh" else _EN)[message.change],
    }
