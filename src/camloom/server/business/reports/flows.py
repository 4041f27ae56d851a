"""Who crossed lines, from the counts of days and months, or of hours as long as those are being made."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, func, select, union_all

from camloom.server.business.flow_days import flow_days
from camloom.server.business.reports.models import FlowDay, FlowLine, Flows
from camloom.server.business.reports.names import Names
from camloom.server.business.reports.subject import Subject
from camloom.server.database.tables import flow_day, flow_hour, flow_month

_MAX_LINES = 500
_LINE = ("camera_id", "rule_id", "direction")


def flows_of(connection: Connection, subject: Subject, names: Names) -> Flows:
    """Return who crossed lines in a period.

    An hour belongs to the day in which it began: in zones that are not whole hours off, days are so by up to one.
    """
    whole = flow_days(connection).is_whole(subject.zone)
    table, here = _of_days(subject) if whole else _of_hours(subject)
    passed = func.sum(table.c.passed).label("passed")
    of_line: dict[tuple[str, str], dict[str, int]] = {}
    for row in connection.execute(_by_line(_pieces(subject) if whole else [_piece(table, here)])):
        of_line.setdefault((row.camera_id, row.rule_id), {})[row.direction] = row.passed
    of_day: dict[object, Counter[str]] = {day: Counter() for day in subject.period.days} if of_line else {}
    times = (table.c[0], table.c.direction)
    for at, direction, many in connection.execute(select(*times, passed).where(*here).group_by(*times)):
        of_day[at if whole else at.astimezone(subject.zone).date()][direction] += many
    busiest = sorted(of_line.items(), key=lambda one: (-sum(one[1].values()), one[0]))[:_MAX_LINES]
    told = names.cameras(sorted({camera_id for (camera_id, _), _ in busiest}))
    return Flows(
        days=[FlowDay.model_validate({"day": day, "passed": dict(counts)}) for day, counts in of_day.items()],
        lines=[
            FlowLine(camera_id=camera_id, camera=told[camera_id], rule_id=rule_id, passed=directions)
            for (camera_id, rule_id), directions in busiest
        ],
    )


def _by_line(pieces: Sequence[Select[Any]]) -> Select[Any]:
    """Return the statement that sums up each line and direction."""
    found = union_all(*pieces).subquery()
    return select(*(found.c[name] for name in _LINE), func.sum(found.c.passed).label("passed")).group_by(
        *(found.c[name] for name in _LINE)
    )


def _pieces(subject: Subject) -> list[Select[Any]]:
    """Return what a period is made of: whole months, and the other days."""
    period, pieces = subject.period, []
    for table, spans in ((flow_day, period.edges), (flow_month, [period.months] if period.months else [])):
        pieces += [_piece(table, [table.c[0].between(*span), _seen(table, subject)]) for span in spans]
    return pieces


def _piece(table: Table, here: Sequence[ColumnElement[bool]]) -> Select[Any]:
    return select(*(table.c[name] for name in _LINE), table.c.passed).where(*here)


def _seen(table: Table, subject: Subject) -> ColumnElement[bool]:
    return table.c.camera_id.in_(select(subject.cameras().subquery().c.id))


def _of_days(subject: Subject) -> tuple[Table, list[ColumnElement[bool]]]:
    days = flow_day.c.day.between(subject.period.first, subject.period.last)
    return flow_day, [days, _seen(flow_day, subject)]


def _of_hours(subject: Subject) -> tuple[Table, list[ColumnElement[bool]]]:
    since, until = subject.period.since(subject.zone), subject.period.until(subject.zone)
    return flow_hour, [flow_hour.c.at >= since, flow_hour.c.at < until, _seen(flow_hour, subject)]
