"""What a report is about: whose eyes, which days, which cameras, as conditions of SQL."""

from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from sqlalchemy import Column, ColumnElement, Connection, Select, select

from camloom.server.access import Principal
from camloom.server.business.reports.models import ReportFilter
from camloom.server.business.reports.period import Period
from camloom.server.database.tables import alarm_day, camera, camera_group


@dataclass(frozen=True, slots=True)
class Subject:
    """A report that is asked for.

    Attributes:
        groups: that are asked for, and those below.
    """

    principal: Principal
    period: Period
    zone: ZoneInfo
    filter: ReportFilter = field(default_factory=ReportFilter)
    groups: frozenset[str] = frozenset()

    def alarms(self, period: Period) -> list[ColumnElement[bool]]:
        """Return the conditions on `alarm_day` for a period."""
        asked: list[tuple[Column[str], list[str]]] = [
            (alarm_day.c.camera_id, self.filter.camera),
            (alarm_day.c.template, self.filter.template),
            (alarm_day.c.severity, list(self.filter.severity)),
        ]
        conditions = [column.in_(values) for column, values in asked if values]
        if self.filter.group:
            conditions.append(alarm_day.c.camera_group_id.in_(sorted(self.groups)))
        days = alarm_day.c.day.between(period.first, period.last)
        return [days, self.principal.scope(alarm_day.c.camera_group_id), *conditions]

    def cameras(self) -> Select[tuple[str, str]]:
        """Return the statement that finds ids and names of the cameras."""
        wanted = select(camera.c.id, camera.c.name).where(self.principal.scope(camera.c.camera_group_id))
        if self.filter.camera:
            wanted = wanted.where(camera.c.id.in_(self.filter.camera))
        if self.filter.group:
            wanted = wanted.where(camera.c.camera_group_id.in_(sorted(self.groups)))
        return wanted


def subject_of(
    connection: Connection, principal: Principal, period: Period, zone: ZoneInfo, asked: ReportFilter
) -> Subject:
    """Return what a report is about."""
    only = ReportFilter(**{name: getattr(asked, name) for name in ReportFilter.model_fields})
    return Subject(principal, period, zone, only, _below(connection, asked.group))


def _below(connection: Connection, groups: list[str]) -> frozenset[str]:
    if not groups:
        return frozenset()
    below = select(camera_group.c.id).where(camera_group.c.id.in_(groups)).cte("below", recursive=True)
    below = below.union(select(camera_group.c.id).where(camera_group.c.parent_id == below.c.id))
    return frozenset(connection.scalars(select(below.c.id)))
