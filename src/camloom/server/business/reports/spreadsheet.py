"""Reports as tables for a spreadsheet, as fine as they are kept, written while they are read."""

from collections.abc import Iterator
from typing import Literal

from sqlalchemy import Connection, func, select

from camloom.server.business.reports.models import Language, Report
from camloom.server.business.reports.names import Names
from camloom.server.business.reports.subject import Subject
from camloom.server.business.reports.words import Speech
from camloom.server.database.tables import WAITS, alarm_day
from camloom.server.web.spreadsheet import table_line

Table = Literal["alarms", "flows", "cameras"]
_MARK = "\ufeff"  # spreadsheets know by it that it is UTF-8
_MAX_ROWS = 500_000
_NUMBERS = ("alarms", "judged_true", "judged_false")


def alarms_csv(connection: Connection, subject: Subject, language: Language) -> Iterator[str]:
    """Yield how many alarms each camera had on each day, by template and severity."""
    say, names = Speech(language), Names(connection, subject.principal)
    heads = ("day", "camera", "name", "severity", "alarms", "true", "false", "handled")
    yield _MARK + table_line([say(head) for head in heads] + [say("camera_id"), say("template")])
    keys = alarm_day.c.day, alarm_day.c.camera_id, alarm_day.c.template, alarm_day.c.severity
    sums = [func.sum(alarm_day.c[name]).label(name) for name in _NUMBERS]
    handled = func.sum(sum((alarm_day.c[name] for name in WAITS[1:]), alarm_day.c[WAITS[0]])).label("handled")
    wanted = select(*keys, *sums, handled).where(*subject.alarms(subject.period)).group_by(*keys).order_by(*keys)
    cameras: dict[str, str] = {}
    templates: dict[str, str] = {}
    for row in connection.execute(wanted.limit(_MAX_ROWS)):
        if row.camera_id not in cameras:
            cameras |= names.cameras([row.camera_id])
        if row.template not in templates:
            templates[row.template] = say.name(names.of("template", [row.template])[row.template])
        if row.alarms:
            told = [str(row.day), cameras[row.camera_id], templates[row.template], say(row.severity)]
            numbers = [row.alarms, row.judged_true, row.judged_false, row.handled]
            yield table_line([*told, *numbers, row.camera_id, row.template])


def flows_csv(report: Report, language: Language) -> Iterator[str]:
    """Yield who crossed which line."""
    say = Speech(language)
    directions = sorted({direction for line in report.flows.lines for direction in line.passed})
    yield _MARK + table_line([say("camera"), say("rule"), *map(say.direction, directions), say("camera_id")])
    for line in report.flows.lines:
        passed = [line.passed.get(direction, 0) for direction in directions]
        yield table_line([line.camera, line.rule_id, *passed, line.camera_id])


def cameras_csv(report: Report, language: Language) -> Iterator[str]:
    """Yield how cameras were; times in seconds."""
    say = Speech(language)
    heads = [say("percent", what=say("online")), say("seconds", what=say("offline"))]
    heads += [say("times"), say("seconds", what=say("known"))]
    yield _MARK + table_line([say("camera"), *heads, say("camera_id")])
    for one in report.uptimes:
        share = "" if one.online_share is None else f"{100 * one.online_share:.3f}"
        yield table_line([one.camera, share, round(one.offline_s), one.outages, round(one.known_s), one.camera_id])
