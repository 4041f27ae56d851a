"""What is not well with a host, in words."""

from datetime import datetime, timedelta

from camloom.config.parameter import Bilingual
from camloom.exchange import Reported
from camloom.server.management.hosts.reported import LATE
from camloom.server.web import Answer

_CLOCK_OFF = timedelta(seconds=1)
# A report is on its way for some time, and is read every few seconds.
_ON_ITS_WAY = timedelta(seconds=6)
_DISK_NEARLY_FULL = 0.9
_MEMORY_NEARLY_FULL = 0.95
_HOT_C = 85.0
_SKIPPED = 0.05
_PARTS_ZH = {"processor": "处理器", "memory": "内存", "disk": "磁盘"}


class HealthNote(Answer):
    """One thing to look after.

    Attributes:
        code: for programs.
        grave: whether something is lost or will be soon.
    """

    code: str
    grave: bool
    text: Bilingual


def notes_of(reported: Reported | None, seen_at: datetime | None, now: datetime) -> list[HealthNote]:
    """Return what is not well with a host; empty: nothing."""
    if reported is None or seen_at is None:
        return [_note("never-seen", "引擎尚未报到", "its engine has never reported", grave=True)]
    if now - seen_at > LATE:
        seconds = int((now - seen_at).total_seconds())
        away = f"已 {seconds} 秒没有消息", f"it has said nothing for {seconds} s"
        return [_note("away", *away, grave=True)]
    found = [_clock(reported, seen_at), *_room(reported), *_pace(reported)]
    return [note for note in found if note is not None]


def clock_offset_s(reported: Reported, seen_at: datetime) -> float:
    """Return by how much a host's clock is ahead, as well as it can be told: 0 within the time a report is on its way.

    A report is read at most some seconds after it was written, so that a clock that is right looks slow by so much.
    """
    ahead = reported.at - seen_at
    if timedelta(0) >= ahead >= -_ON_ITS_WAY:
        return 0.0
    return (ahead if ahead > timedelta(0) else ahead + _ON_ITS_WAY).total_seconds()


def _clock(reported: Reported, seen_at: datetime) -> HealthNote | None:
    offset_s = clock_offset_s(reported, seen_at)
    if abs(offset_s) <= _CLOCK_OFF.total_seconds():
        return None
    zh = f"时钟{'快' if offset_s > 0 else '慢'}约 {abs(offset_s):.0f} 秒，请启用校时（chrony）"
    way = "ahead" if offset_s > 0 else "behind"
    return _note("clock-off", zh, f"its clock is about {abs(offset_s):.0f} s {way}: set it by chrony", grave=True)


def _room(reported: Reported) -> list[HealthNote | None]:
    load = reported.load
    disk, memory, heat_c = f"{load.disk:.0%}", f"{load.memory:.0%}", load.temperature_c
    free = f"{load.disk_free_bytes / 1e9:.1f} GB"
    return [
        _note("disk-full", f"磁盘已用 {disk}，剩余 {free}", f"its disk is {disk} full, {free} are free", grave=True)
        if load.disk > _DISK_NEARLY_FULL
        else None,
        _note("memory-full", f"内存已用 {memory}", f"its memory is {memory} full", grave=True)
        if load.memory > _MEMORY_NEARLY_FULL
        else None,
        _note("hot", f"温度 {heat_c:.0f} °C，性能会下降", f"it is {heat_c:.0f} °C hot and will slow down")
        if heat_c is not None and heat_c > _HOT_C
        else None,
    ]


def _pace(reported: Reported) -> list[HealthNote | None]:
    slow = [status for status in reported.tasks if status.skipped > _SKIPPED]
    told = f"{len(slow)} 个任务因算力不足跳帧", f"{_tasks(len(slow))} frames, because it is too slow for all"
    bottleneck = reported.bottleneck[:200]
    in_chinese = _PARTS_ZH.get(bottleneck, bottleneck)
    return [
        _note("throttled", *told) if slow else None,
        _note("bottleneck", f"瓶颈：{in_chinese}", f"bottleneck: {bottleneck}") if bottleneck else None,
    ]


def _tasks(count: int) -> str:
    return "1 of its tasks skips" if count == 1 else f"{count} of its tasks skip"


def _note(code: str, zh: str, en: str, *, grave: bool = False) -> HealthNote:
    return HealthNote(code=code, grave=grave, text=Bilingual(zh=zh, en=en))
