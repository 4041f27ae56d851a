"""Reports that come by themselves, as they are kept."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, Field
from sqlalchemy import ColumnElement, Connection, Select, delete, func, insert, select, true, update

from camloom.config import StrictModel
from camloom.server.access import Principal, Role
from camloom.server.business.reports.models import Language, ReportFilter
from camloom.server.business.reports.timing import ReportTiming
from camloom.server.business.sums import sums_zone
from camloom.server.database import new_id
from camloom.server.database.tables import account, report_schedule
from camloom.server.mail import Address
from camloom.server.web import Answer, Asked, PlainName, RefusedError

_MAX_OWN, _MAX_ALL = 20, 500
_MAX_RECIPIENTS = 20
_LONGEST = timedelta(days=40)


def _once(recipients: list[str]) -> list[str]:
    return list(dict.fromkeys(recipients))


class ReportWish(StrictModel):
    """What to send to whom."""

    timing: ReportTiming = Field(default_factory=ReportTiming)
    filter: ReportFilter = Field(default_factory=ReportFilter)
    language: Language = "zh"
    recipients: Annotated[list[Address], Field(min_length=1, max_length=_MAX_RECIPIENTS), AfterValidator(_once)]
    csv: bool = Field(default=False, description="whether a table of the alarms is attached as well")


class ScheduleForm(Asked):
    """A report that is to come by itself. It tells what its owner may see at the time."""

    name: PlainName
    enabled: bool = True
    wish: ReportWish


class Schedule(Answer):
    """A report that comes by itself.

    Attributes:
        owner: name of the account that made it.
        next_at: when it is due; None: it is switched off.
        attempts: that failed since it was last sent.
    """

    id: str
    name: str
    enabled: bool
    owner_id: str
    owner: str
    wish: ReportWish
    next_at: datetime | None
    attempts: int
    last_ok_at: datetime | None
    last_error: str


def list_of(connection: Connection, principal: Principal) -> list[Schedule]:
    """Return those that a caller may know of: its own, an administrator all."""
    wanted = _wanted().where(_mine(principal)).order_by(report_schedule.c.name, report_schedule.c.id)
    return [schedule_of(row) for row in connection.execute(wanted).mappings()]


def find_schedule(connection: Connection, schedule_id: str, principal: Principal | None = None) -> Schedule | None:
    """Return one; None: it is not there, or not for the caller (None: the server itself) to know of."""
    mine = true() if principal is None else _mine(principal)
    row = connection.execute(_wanted().where(report_schedule.c.id == schedule_id, mine)).mappings().first()
    return None if row is None else schedule_of(row)


def has_late(connection: Connection, now: datetime) -> bool:
    """Tell whether there are some for `set_right`."""
    return connection.execute(select(report_schedule.c.id).where(_is_late(now)).limit(1)).first() is not None


def set_right(connection: Connection, now: datetime) -> None:
    """Let those be due in time that were put off while the clock was far ahead: none waits longer than a month."""
    for row in connection.execute(_wanted().where(_is_late(now))).mappings().all():
        schedule = schedule_of(row)
        next_at = schedule.wish.timing.next_after(now, sums_zone(connection)) if schedule.enabled else None
        here = update(report_schedule).where(report_schedule.c.id == schedule.id)
        connection.execute(here.values(next_at=next_at))


def due_schedules(connection: Connection, now: datetime, limit: int) -> Sequence[tuple[str, datetime]]:
    """Return ids of those that are due, the one that waits longest first, and since when."""
    wanted = select(report_schedule.c.id, report_schedule.c.next_at)
    wanted = wanted.where(report_schedule.c.enabled, report_schedule.c.next_at <= now)
    rows = connection.execute(wanted.order_by(report_schedule.c.next_at, report_schedule.c.id).limit(limit))
    return [(row.id, row.next_at) for row in rows]


def add_schedule(connection: Connection, principal: Principal, form: ScheduleForm, now: datetime) -> str:
    """Keep a new one and return its id. RefusedError (409): there are too many."""
    owned = connection.scalar(_count().where(report_schedule.c.account_id == principal.account_id)) or 0
    if owned >= _MAX_OWN or (connection.scalar(_count()) or 0) >= _MAX_ALL:
        raise RefusedError(409, "too-many", "there are too many scheduled reports", "Remove one first.")
    values = {"id": new_id(), "account_id": principal.account_id, "last_ok_at": None}
    connection.execute(insert(report_schedule).values(**values, **_values(connection, form, now)))
    return values["id"] or ""


def change_schedule(connection: Connection, schedule_id: str, form: ScheduleForm, now: datetime) -> None:
    """Write one anew."""
    here = update(report_schedule).where(report_schedule.c.id == schedule_id)
    connection.execute(here.values(**_values(connection, form, now)))


def remove_schedule(connection: Connection, schedule_id: str) -> None:
    """Remove one."""
    connection.execute(delete(report_schedule).where(report_schedule.c.id == schedule_id))


def schedule_of(row: Any) -> Schedule:
    """Return a row as it is shown."""
    return Schedule.model_validate({**row, "wish": ReportWish.model_validate(row["settings"])})


def _values(connection: Connection, form: ScheduleForm, now: datetime) -> dict[str, Any]:
    next_at = form.wish.timing.next_after(now, sums_zone(connection)) if form.enabled else None
    settings = form.wish.model_dump(mode="json")
    told = {"attempts": 0, "last_error": "", "next_at": next_at}
    return {"name": form.name, "enabled": form.enabled, "settings": settings, **told}


def _is_late(now: datetime) -> ColumnElement[bool]:
    return report_schedule.c.next_at > now + _LONGEST


def _wanted() -> Select[Any]:
    owner = account.c.name.label("owner"), report_schedule.c.account_id.label("owner_id")
    return select(report_schedule, *owner).join_from(report_schedule, account)


def _mine(principal: Principal) -> ColumnElement[bool]:
    if principal.role is Role.ADMINISTRATOR:
        return true()
    return report_schedule.c.account_id == principal.account_id


def _count() -> Select[int]:
    return select(func.count()).select_from(report_schedule)
