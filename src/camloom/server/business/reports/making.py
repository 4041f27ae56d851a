"""Making a report of what is known."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from camloom.server.access import Principal
from camloom.server.business.reports.counting import (
    count,
    days_of,
    heat_of,
    parts_of,
    totals_of,
    waits_of,
)
from camloom.server.business.reports.flows import flows_of
from camloom.server.business.reports.models import Report, ReportFilter, StorageShare
from camloom.server.business.reports.names import Names
from camloom.server.business.reports.period import Period
from camloom.server.business.reports.subject import Subject, subject_of
from camloom.server.business.reports.uptime import uptimes_of
from camloom.server.business.retention import STORAGE, Storage
from camloom.server.business.sums import sums_zone
from camloom.server.database.tables import setting


def make_report(
    connection: Connection, principal: Principal, period: Period, asked: ReportFilter, now: datetime
) -> Report:
    """Make the report of a period as somebody may see it."""
    subject = subject_of(connection, principal, period, sums_zone(connection), asked)
    counts, names = count(connection, subject), Names(connection, principal)
    complete = subject.period.until(subject.zone) <= now
    return Report(
        **_frame(subject, now),
        complete=complete,
        totals=totals_of(counts, complete=complete),
        waits=waits_of(counts),
        days=days_of(counts, period),
        hours=heat_of(counts),
        templates=parts_of(counts, "template", names),
        severities=parts_of(counts, "severity", names),
        cameras=parts_of(counts, "camera_id", names),
        flows=flows_of(connection, subject, names),
        uptimes=uptimes_of(connection, subject, now),
        storage=_storage(connection) if principal.groups is None else None,
    )


def _frame(subject: Subject, now: datetime) -> dict[str, Any]:
    period, zone = subject.period, subject.zone
    return {
        "made_at": now,
        "zone": zone.key,
        "period": period.kind,
        "first": period.first,
        "last": period.last,
        "since": period.since(zone),
        "until": period.until(zone),
        "before_first": period.before.first,
        "before_last": period.before.last,
    }


def _storage(connection: Connection) -> StorageShare | None:
    found = connection.execute(select(setting.c.value).where(setting.c.key == STORAGE)).scalar()
    if not isinstance(found, dict):
        return None
    return StorageShare.model_validate(Storage.model_validate(found).model_dump())
