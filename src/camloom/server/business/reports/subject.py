"""What a report is about: whose eyes, which days, which cameras, as conditions of SQL."""

from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Select, Table, select, true

from camloom.server.access import Principal
from camloom.server.access.accounts import groups_below
from camloom.server.business.reports.models import ReportFilter
from camloom.server.business.reports.period import Period
from camloom.server.database.tables import alarm_day, camera

_LOOKED_UP = 20


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
        return [alarm_day.c.day.between(period.first, period.last), *self.kinds(alarm_day)]

    def kinds(self, table: Table) -> list[ColumnElement[bool]]:
        """Return the conditions on a table of sums, but for its days and, where it has none, for cameras."""
        asked: list[tuple[str, list[str]]] = [
            ("camera_id", self.filter.camera),
            ("template", self.filter.template),
            ("severity", list(self.filter.severity)),
        ]
        conditions = [table.c[name].in_(values) for name, values in asked if values and name in table.c]
        if len(self.filter.camera) > _LOOKED_UP:
            # It is faster to read the days of all; in these words no database looks up each.
            conditions = [condition.is_(true()) for condition in conditions]
        if self.filter.group:
            conditions.append(table.c.camera_group_id.in_(sorted(self.groups)))
        return [self.principal.scope(table.c.camera_group_id), *conditions]

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
    return Subject(principal, period, zone, only, groups_below(connection, asked.group))
