"""Alarms of a report, from the sums by day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, case, func, select, union_all

from camloom.server.business.reports.models import DayBar, ReportPart, ReportTotals, WaitBar
from camloom.server.business.reports.names import Names
from camloom.server.business.reports.period import Period
from camloom.server.business.reports.subject import Subject
from camloom.server.database.tables import HOURS, WAITS, WAITS_S, alarm_day, alarm_group_day, alarm_month

_KINDS = ("camera_id", "template", "severity")
_JUDGED = ("judged_true", "judged_false")
_MAX_PARTS = 500
_LOOKED_UP = 20  # days of so few cameras are looked up one by one
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Counts:
    """Sums of a period.

    Attributes:
        kinds: by camera, template and severity: alarms, verdicts, waits.
        before: the same of the period before: alarms.
        days: by day: hours.
        days_before: alarms.
    """

    kinds: Sequence[Row]
    before: Sequence[Row]
    days: dict[date, list[int]]
    days_before: dict[date, int]

    def sum(self, name: str) -> int:
        """Return the sum of a number over the period."""
        return sum(row[name] for row in self.kinds)


def count(connection: Connection, subject: Subject) -> Counts:
    """Read the sums of a period and of the one before."""
    period, before = subject.period, subject.period.before
    hours, alarms = (
        _days(connection, subject, each, numbers) for each, numbers in ((period, HOURS), (before, ("alarms",)))
    )
    return Counts(
        kinds=_rows(connection, _kinds(subject, period, ("alarms", *_JUDGED, *WAITS))),
        before=_rows(connection, _kinds(subject, before, ("alarms",))),
        days={row["day"]: [row[name] for name in HOURS] for row in _rows(connection, hours)},
        days_before={row["day"]: row["alarms"] for row in _rows(connection, alarms)},
    )


def totals_of(counts: Counts, *, complete: bool) -> ReportTotals:
    """Return the numbers over all."""
    alarms, before = counts.sum("alarms"), sum(row["alarms"] for row in counts.before)
    right, wrong = (counts.sum(name) for name in _JUDGED)
    waits = [counts.sum(name) for name in WAITS]
    return ReportTotals(
        alarms=alarms,
        before=before,
        trend=(alarms - before) / before if complete and before else None,
        judged_true=right,
        judged_false=wrong,
        false_share=wrong / (right + wrong) if right + wrong else None,
        handled=sum(waits),
        median_s=quantile(waits, 0.5),
        p90_s=quantile(waits, 0.9),
    )


def quantile(waits: Sequence[int], share: float) -> float | None:
    """Return the time within which a share of alarms was handled, as if those of one bar were spread evenly over it."""
    wanted, low_s = share * sum(waits), 0.0
    if not wanted:
        return None
    for bound_s, alarms in zip(WAITS_S, waits, strict=True):
        if alarms and alarms >= wanted:
            return low_s + (bound_s - low_s) * wanted / alarms
        wanted, low_s = wanted - alarms, float(bound_s)
    return low_s


def waits_of(counts: Counts) -> list[WaitBar]:
    """Return how long alarms waited."""
    return [WaitBar(up_to_s=bound, alarms=counts.sum(name)) for bound, name in zip(WAITS_S, WAITS, strict=True)]


def days_of(counts: Counts, period: Period) -> list[DayBar]:
    """Return all days of a period, each beside that of the period before."""
    before = period.before.days
    return [
        DayBar(
            day=day,
            alarms=sum(counts.days.get(day, ())),
            before=counts.days_before.get(before[number], 0) if number < len(before) else None,
        )
        for number, day in enumerate(period.days)
    ]


def heat_of(counts: Counts) -> list[list[int]]:
    """Return alarms by weekday and hour."""
    heat = [[0] * 24 for _ in range(7)]
    for day, hours in counts.days.items():
        for hour, alarms in enumerate(hours):
            heat[day.weekday()][hour] += alarms
    return heat


def parts_of(counts: Counts, kind: str, names: Names) -> list[ReportPart]:
    """Return the parts of a kind, those with most alarms first."""
    now, before = _by(counts.kinds, kind, ("alarms", *_JUDGED)), _by(counts.before, kind, ("alarms",))
    nothing = dict.fromkeys(("alarms", *_JUDGED), 0)
    order = sorted(now.keys() | before.keys(), key=lambda one: (-now.get(one, nothing)["alarms"], one))
    told = names.of(kind, order[:_MAX_PARTS])
    return [
        ReportPart(id=one, name=told[one], before=before.get(one, nothing)["alarms"], **now.get(one, nothing))
        for one in order[:_MAX_PARTS]
        if now.get(one, nothing)["alarms"] or before.get(one, nothing)["alarms"]
    ]


def _by(rows: Iterable[Row], kind: str, numbers: Sequence[str]) -> dict[str, dict[str, int]]:
    sums: dict[str, dict[str, int]] = {}
    for row in rows:
        of_one = sums.setdefault(row[kind], dict.fromkeys(numbers, 0))
        for name in numbers:
            of_one[name] += row[name]
    return sums


def _rows(connection: Connection, wanted: Select[Any]) -> list[Row]:
    return [dict(row) for row in connection.execute(wanted).mappings()]


def _kinds(subject: Subject, period: Period, numbers: Sequence[str]) -> Select[Any]:
    """Return the statement that sums up a period by camera, template and severity: whole months, and other days."""
    pieces = [_piece(subject, alarm_day, days, numbers) for days in period.edges]
    if period.months is not None:
        pieces.append(_piece(subject, alarm_month, period.months, numbers))
    found = union_all(*pieces).subquery()
    sums = [func.sum(found.c[name]).label(name) for name in numbers]
    return select(*(found.c[name] for name in _KINDS), *sums).group_by(*(found.c[name] for name in _KINDS))


def _piece(subject: Subject, table: Table, days: tuple[date, date], numbers: Sequence[str]) -> Select[Any]:
    columns = [table.c[name] for name in (*_KINDS, *numbers)]
    return select(*columns).where(table.c[0].between(*days), *subject.kinds(table))


def _days(connection: Connection, subject: Subject, period: Period, numbers: Sequence[str]) -> Select[Any]:
    """Return the statement that sums up each day; what no camera is asked for need not be known of each."""
    found = union_all(*_pieces_of_days(connection, subject, period, numbers)).subquery()
    sums = [func.sum(found.c[name]).label(name) for name in numbers]
    return select(found.c.day, *sums).group_by(found.c.day)


def _pieces_of_days(
    connection: Connection, subject: Subject, period: Period, numbers: Sequence[str]
) -> list[Select[Any]]:
    named = subject.filter.camera
    if not named:
        return [_summed(alarm_group_day, subject, period, numbers)]
    whole, others = _groups(connection, subject, period) if len(named) > _LOOKED_UP else ([], ["any"])
    pieces = []
    if whole:
        pieces.append(_summed(alarm_group_day, subject, period, numbers, alarm_group_day.c.camera_group_id.in_(whole)))
    if others or not whole:
        pieces.append(_summed(alarm_day, subject, period, numbers, alarm_day.c.camera_group_id.not_in(whole)))
    return pieces


def _summed(
    table: Table, subject: Subject, period: Period, numbers: Sequence[str], *more: ColumnElement[bool]
) -> Select[Any]:
    sums = [func.sum(table.c[name]).label(name) for name in numbers]
    wanted = select(table.c.day, *sums).where(table.c.day.between(period.first, period.last), *subject.kinds(table))
    return wanted.where(*more).group_by(table.c.day)


def _groups(connection: Connection, subject: Subject, period: Period) -> tuple[list[str], list[str]]:
    """Return the groups of which all cameras with alarms in these months are asked for by name, and those with some."""
    month, group = alarm_month.c.month, alarm_month.c.camera_group_id
    is_named = case((alarm_month.c.camera_id.in_(subject.filter.camera), 1), else_=0)
    wanted = select(group, func.min(is_named), func.max(is_named)).group_by(group)
    wanted = wanted.where(month.between(period.first.replace(day=1), period.last), subject.principal.scope(group))
    found = connection.execute(wanted).all()
    return [name for name, least, _ in found if least], [name for name, least, most in found if most > least]
