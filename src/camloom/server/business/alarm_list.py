"""Reading alarms: the pages of a list, whatever is asked for, without reading the whole table."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.engine import default

from camloom.server.access import Principal
from camloom.server.access.accounts import groups_below
from camloom.server.business.alarm_lanes import MOST_LOOKS, SINCE, Search, Wanted, search_for, standing_of
from camloom.server.business.alarm_looks import newest
from camloom.server.business.alarm_models import AlarmPage, AlarmQuery, AlarmSummary
from camloom.server.business.ledger import Row
from camloom.server.database import Database, Moment
from camloom.server.database.tables import alarm, alarm_words, media
from camloom.server.web import Page, moment_cursor, moment_place, page_of

LISTED = select(
    *(column for column in alarm.c if column is not alarm.c.event),
    alarm.c.event["id"].as_string().label("telling_id"),
)
"""Alarms as lists need them: to read the event of each would take longer than all else."""

# Statements are made once: to make one costs more than to run it.
_OF_IDS = LISTED.where(alarm.c.id.in_(bindparam("ids", expanding=True)))
_ONE = select(alarm).where(alarm.c.id == bindparam("of"))
_SHOWN = (
    select(media.c.id, media.c.alarm_id, media.c.event_id, media.c.kind)
    .where(media.c.alarm_id.in_(bindparam("ids", expanding=True)))
    .where(media.c.kind.in_(("picture", "clip")), media.c.state == "there")
    .order_by(media.c.created_at, media.c.id)
)

_PIECE = 500
_TEXT_REACH = timedelta(days=31)
_IN_WORDS = ("camera_id", "template")
Place = tuple[datetime, str]
"""Where an alarm stands in the list: when it began, and its id."""


def list_page(connection: Connection, principal: Principal, query: AlarmPage, now: datetime) -> Page[AlarmSummary]:
    """Return a page of alarms, newest first; new ones do not move what comes after a cursor."""
    after = None if query.after is None else moment_place(query.after)
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
    search = page_search(connection, principal, query, now, after)
    ids = [] if search is None else newest(connection, search, limit)
    found = {row["id"]: dict(row) for row in connection.execute(_OF_IDS, {"ids": ids}).mappings()}
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


def page_search(
    connection: Connection, principal: Principal, query: AlarmQuery, now: datetime, after: Place | None
) -> Search | None:
    """Return how a page is found; None: there can be no such alarm."""
    any_of = _any_of(connection, principal, query)
    further, values = _further(query, now, after)
    if query.text:
        words = _words_of(connection, query, any_of)
        if len(words) > MOST_LOOKS:
            further.append("words_id IN (SELECT id FROM alarm_words WHERE text LIKE :text ESCAPE '/')")
            values["text"] = _like(query.text)
        else:
            any_of = {name: values for name, values in any_of.items() if name not in _IN_WORDS} | {"words_id": words}
    if not all(any_of.values()):
        return None
    return search_for(Wanted(any_of, query.quiet, query.merged_into, further, values))


def find_alarm(connection: Connection, principal: Principal, alarm_id: str) -> Row | None:
    """Return an alarm that a caller may know of."""
    row = connection.execute(_ONE, {"of": alarm_id}).mappings().first()
    if row is None or not principal.sees(row["camera_group_id"]):
        return None
    return {**row, "telling_id": row["event"].get("id")}


def shown_media(connection: Connection, rows: Sequence[Row]) -> dict[tuple[str, str], tuple[str, str]]:
    """Return the picture and the clip to show of each alarm: those of its most telling event, else the newest.

    Returns:
        By alarm and kind: the id of the media and of its event.
    """
    telling = {row["id"]: row["telling_id"] for row in rows}
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for one in connection.execute(_SHOWN, {"ids": list(telling)}):
        known = found.get((one.alarm_id, one.kind))
        if known is None or known[1] != telling[one.alarm_id]:
            found[one.alarm_id, one.kind] = one.id, one.event_id
    return found


def summary_of(row: Row, files: Mapping[tuple[str, str], tuple[str, str]]) -> AlarmSummary:
    """Return what a list shows of an alarm."""
    shown = {kind: files.get((row["id"], kind), (None,))[0] for kind in ("picture", "clip")}
    return AlarmSummary.model_validate({**row, **shown})


def _any_of(connection: Connection, principal: Principal, query: AlarmQuery) -> dict[str, Collection[Any]]:
    """Return the values of which an alarm must have one, by column."""
    quiet = None if query.merged_into is not None else query.quiet
    found: dict[str, Collection[Any]] = {
        "assignee_id": [] if query.assignee is None else [query.assignee],
        "camera_id": dict.fromkeys(query.camera),
        "template": dict.fromkeys(query.template),
    }
    found = {column: values for column, values in found.items() if values}
    if query.group:
        found["camera_group_id"] = [one for one in sorted(groups_below(connection, query.group)) if principal.sees(one)]
    elif principal.groups is not None:
        found["camera_group_id"] = sorted(principal.groups)
    return found | standing_of(quiet, query.severity, query.handling, query.verdict)


def _further(query: AlarmQuery, now: datetime, after: Place | None) -> tuple[list[str], dict[str, Any]]:
    """Return the conditions on when an alarm began."""
    since = query.since or (now - _TEXT_REACH if query.text else None)
    until = query.until
    if after is not None and until is not None and after[0] < until:
        until = None  # of two bounds SQLite might take the other one
    bounds = {SINCE: ("since", since), "began_at < :until": ("until", until)}
    given = {condition: (name, _microseconds(at)) for condition, (name, at) in bounds.items() if at is not None}
    conditions = list(given)
    values: dict[str, Any] = dict(given.values())
    if after is not None:
        conditions.append("(began_at, id) < (:after_at, :after_id)")
        values |= {"after_at": _microseconds(after[0]), "after_id": after[1]}
    return conditions, values


def _words_of(connection: Connection, query: AlarmQuery, any_of: Mapping[str, Collection[Any]]) -> list[int]:
    """Return what there is that a search finds; of very much, only that it is so."""
    wanted = select(alarm_words.c.id).where(alarm_words.c.text.like(_like(query.text), escape="/"))
    for column in _IN_WORDS:
        if column in any_of:
            wanted = wanted.where(alarm_words.c[column].in_(list(any_of[column])))
    return list(connection.scalars(wanted.limit(MOST_LOOKS + 1)))


def _like(text: str) -> str:
    told = text.casefold()
    for sign in "/%_":
        told = told.replace(sign, f"/{sign}")
    return f"%{told}%"


def _microseconds(moment: datetime) -> int:
    kept = Moment().process_bind_param(moment, default.DefaultDialect())
    assert kept is not None
    return kept


def _cursor(row: Row) -> str:
    return moment_cursor(row["began_at"], row["id"])
