"""Alarms as a table for a spreadsheet, written while it is read."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Literal
from zoneinfo import ZoneInfo

from camloom.server.access import Principal
from camloom.server.business.alarm_list import all_rows
from camloom.server.business.alarm_models import AlarmQuery
from camloom.server.business.ledger import Row
from camloom.server.database import Database
from camloom.server.web.spreadsheet import table_line

Language = Literal["zh", "en"]
_MAX_ROWS = 1_000_000
_HEADS: dict[Language, tuple[str, ...]] = {
    "zh": ("编号", "开始", "结束", "摄像机", "告警", "级别", "区域", "次数", "处理", "判定", "类型编号"),
    "en": ("id", "began", "ended", "camera", "alarm", "severity", "zone", "count", "handling", "verdict", "template"),
}
_WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "critical": "紧急",
        "major": "重要",
        "minor": "次要",
        "info": "提示",
        "new": "未处理",
        "acknowledged": "已确认",
        "closed": "已关闭",
        "true": "真实",
        "false": "误报",
    },
    "en": {},
}


def csv_of(
    database: Database, principal: Principal, query: AlarmQuery, now: datetime, zone: ZoneInfo, language: Language
) -> Iterator[str]:
    """Yield a CSV file of a list of alarms, line by line; times by the clock on the wall of the site."""
    yield "\ufeff" + table_line(_HEADS[language])  # spreadsheets know by the mark that it is UTF-8
    for row in islice(all_rows(database, principal, query, now), _MAX_ROWS):
        yield table_line(_cells(row, zone, language))


def _cells(row: Row, zone: ZoneInfo, language: Language) -> tuple[str, ...]:
    name = row["name"].get(language) or row["template"]
    told = [_WORDS[language].get(row[key] or "", row[key] or "") for key in ("severity", "handling", "verdict")]
    times = (_local(row["began_at"], zone), _local(row["ended_at"], zone))
    what = (row["camera_name"], name, told[0], row["zone"], str(row["count"]))
    return (row["id"], *times, *what, *told[1:], row["template"])


def _local(moment: datetime | None, zone: ZoneInfo) -> str:
    return "" if moment is None else f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S}"
