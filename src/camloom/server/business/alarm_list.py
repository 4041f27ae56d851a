"""Reading alarms: the pages of a list, whatever is asked for, without reading the whole table."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Select, select, tuple_, union_all

from camloom.server.access import Principal
from camloom.server.business.alarm_models import AlarmPage, AlarmQuery, AlarmSummary
from camloom.server.business.ledger import Row
from camloom.server.database import Database
from camloom.server.database.tables import alarm, media
from camloom.server.web import Page, cursor_of, cursor_values, page_of

_MAX_BRANCHES = 64
_PIECE = 500
_TEXT_REACH = timedelta(days=31)
_SHOWN = (~alarm.c.quiet, alarm.c.merged_into.is_(None))
Place = tuple[datetime, str]
"""Where an alarm stands in the list: when it began, and its id."""


def list_page(connection: Connection, principal: Principal, query: AlarmPage, now: datetime) -> Page[AlarmSummary]:
    """Return a page of alarms, newest first; new ones do not move what comes after a cursor."""
    after = None if query.after is None else _place_of(query.after)
    rows = read_rows(connection, principal, query, now, query.limit + 1, after)
    files = shown_media(connection, rows[: query.limit])
    return page_of(rows, query.limit, lambda row: summary_of(row, files), _cursor)


def read_rows(
    connection: Connection,
    principal: Principal,
    query: AlarmQuery,
    now: datetime,
    limit: int,
    after: Place | None = None,
) -> list[Row]:
    """Return alarms in the order of the list."""
    wanted = page_ids(principal, query, now, limit, after)
    ids = [row.id for row in connection.execute(wanted)]
    found = {row["id"]: dict(row) for row in connection.execute(select(alarm).where(alarm.c.id.in_(ids))).mappings()}
    return [found[alarm_id] for alarm_id in ids if alarm_id in found]


def all_rows(database: Database, principal: Principal, query: AlarmQuery, now: datetime) -> Iterator[Row]:
    """Yield every alarm of a list; in between nothing is held, however slowly somebody takes them."""
    after: Place | None = None
    while True:
        with database.read() as connection:
            rows = read_rows(connection, principal, query, now, _PIECE, after)
        if not rows:
            return
        yield from rows
        after = rows[-1]["began_at"], rows[-1]["id"]


def page_ids(
    principal: Principal, query: AlarmQuery, now: datetime, limit: int, after: Place | None
) -> Select[tuple[str, datetime]]:
    """Return the statement that finds the ids of a page.

    A condition with several values (the groups of a viewer, some cameras) is asked value by value, each from its
    index in the order of the list, and the few rows of each are merged: a database left alone reads all rows of a
    group and sorts them, or walks through the whole list for the few rows of a small group.
    """
    conditions = [*_fixed(query, now), principal.scope(alarm.c.camera_group_id)]
    if after is not None:
        conditions.append(tuple_(alarm.c.began_at, alarm.c.id) < after)
    driver, values, rest = _driver(principal, query)
    conditions += rest
    if driver is None:
        return _newest(conditions, limit)
    if len(values) == 1 or len(values) > _MAX_BRANCHES:
        same = driver == values[0] if len(values) == 1 else driver.in_(values)
        return _newest([same, *conditions], limit)
    branches = [_newest([driver == value, *conditions], limit).subquery().select() for value in values]
    found = union_all(*branches).subquery()
    return select(found.c.id, found.c.began_at).order_by(found.c.began_at.desc(), found.c.id.desc()).limit(limit)


def find_alarm(connection: Connection, principal: Principal, alarm_id: str) -> Row | None:
    """Return an alarm that a caller may know of."""
    wanted = select(alarm).where(alarm.c.id == alarm_id, principal.scope(alarm.c.camera_group_id))
    row = connection.execute(wanted).mappings().first()
    return None if row is None else dict(row)


def shown_media(connection: Connection, rows: Sequence[Row]) -> dict[tuple[str, str], tuple[str, str]]:
    """Return the picture and the clip to show of each alarm: those of its most telling event, else the newest.

    Returns:
        By alarm and kind: the id of the media and of its event.
    """
    telling = {row["id"]: row["event"].get("id") for row in rows}
    wanted = select(media.c.id, media.c.alarm_id, media.c.event_id, media.c.kind).where(
        media.c.alarm_id.in_(list(telling)), media.c.kind.in_(("picture", "clip")), media.c.state == "there"
    )
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for one in connection.execute(wanted.order_by(media.c.created_at, media.c.id)):
        known = found.get((one.alarm_id, one.kind))
        if known is None or known[1] != telling[one.alarm_id]:
            found[one.alarm_id, one.kind] = one.id, one.event_id
    return found


def summary_of(row: Row, files: Mapping[tuple[str, str], tuple[str, str]]) -> AlarmSummary:
    """Return what a list shows of an alarm."""
    shown = {kind: files.get((row["id"], kind), (None,))[0] for kind in ("picture", "clip")}
    return AlarmSummary.model_validate({**row, **shown})


def _driver(principal: Principal, query: AlarmQuery) -> tuple[Column[Any] | None, list[Any], list[ColumnElement[bool]]]:
    """Return the condition whose index is used, its values, and all other conditions of the kind `any of these`."""
    scope = [] if principal.groups is None else sorted(principal.groups)
    asked: list[tuple[Column[Any], list[Any]]] = [
        (alarm.c.assignee_id, [] if query.assignee is None else [query.assignee]),
        (alarm.c.camera_id, query.camera),
        (alarm.c.camera_group_id, query.group or scope),
        (alarm.c.verdict, query.verdict),
        (alarm.c.template, query.template),
        (alarm.c.severity, query.severity),
        (alarm.c.handling, query.handling),
    ]
    given = [(column, list(dict.fromkeys(values))) for column, values in asked if values]
    if not given:
        return None, [], []
    (driver, values), *others = given
    return driver, values, [column.in_(values) for column, values in others]


def _fixed(query: AlarmQuery, now: datetime) -> list[ColumnElement[bool]]:
    """Return the conditions that have one value."""
    wanted = _which(query)
    since = query.since
    if query.text:
        wanted.append(alarm.c.search.contains(query.text.casefold(), autoescape=True))
        since = since or now - _TEXT_REACH
    if since is not None:
        wanted.append(alarm.c.began_at >= since)
    if query.until is not None:
        wanted.append(alarm.c.began_at < query.until)
    return wanted


def _which(query: AlarmQuery) -> list[ColumnElement[bool]]:
    if query.merged_into is not None:
        return [alarm.c.merged_into == query.merged_into]
    return [alarm.c.quiet] if query.quiet else list(_SHOWN)


def _newest(conditions: Sequence[ColumnElement[bool]], limit: int) -> Select[tuple[str, datetime]]:
    wanted = select(alarm.c.id, alarm.c.began_at).where(*conditions)
    return wanted.order_by(alarm.c.began_at.desc(), alarm.c.id.desc()).limit(limit)


def _cursor(row: Row) -> str:
    return cursor_of(row["began_at"].isoformat(), row["id"])


def _place_of(cursor: str) -> Place:
    began_at, alarm_id = cursor_values(cursor, str, str)
    try:
        moment = datetime.fromisoformat(began_at)
    except ValueError:
        moment = datetime.min  # without a zone: refused below
    if moment.tzinfo is None:
        cursor_values("", str)  # says that this is no cursor
    return moment, alarm_id
