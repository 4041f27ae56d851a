"""The deliveries of a target: the next one, what became of it, and how long they are kept."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, delete, func, literal, select, tuple_, update

from camloom.server.database.tables import push_delivery, push_target

MAX_AGE = timedelta(days=7)
MAX_WAITING = 100_000
MAX_LOGGED = 20_000
_PIECE = 1000
_ERROR_CHARS = 500
_OVER = ("delivered", "refused", "lost")
Row = dict[str, Any]
# What every delivery needs is made once: to make a statement costs more than to run it.
_NEXT = (
    select(push_delivery)
    .where(push_delivery.c.push_target_id == bindparam("target"), push_delivery.c.state == "waiting")
    .order_by(push_delivery.c.seq, push_delivery.c.id)
    .limit(1)
)
_DELIVERED = (
    update(push_delivery)
    .where(push_delivery.c.id == bindparam("of"))
    .values(state="delivered", delivered_at=bindparam("moment"), last_error="", attempts=push_delivery.c.attempts + 1)
)
_ALIVE = (
    update(push_target)
    .where(push_target.c.id == bindparam("of"))
    .values(failing_since=None, last_error="", last_ok_at=bindparam("moment"))
)


def next_delivery(connection: Connection, target_id: str) -> Row | None:
    """Return the oldest delivery that waits, whether it is due or not: no later one overtakes it."""
    row = connection.execute(_NEXT, {"target": target_id}).mappings().first()
    return None if row is None else dict(row)


def mark_delivered(connection: Connection, row: Row, at: datetime) -> None:
    """Write down that the receiver has confirmed."""
    connection.execute(_DELIVERED, {"of": row["id"], "moment": at})
    mark_alive(connection, row["push_target_id"], at)


def mark_failed(connection: Connection, row: Row, error: str, at: datetime, due_at: datetime) -> None:
    """Write down that it has to be tried again."""
    _change(connection, row, {"due_at": due_at, "last_error": error[:_ERROR_CHARS]}, tried=True)
    mark_failing(connection, row["push_target_id"], error, at)


def mark_refused(
    connection: Connection, row: Row, error: str, at: datetime, due_at: datetime, *, for_good: bool
) -> None:
    """Write down that the receiver says that it never takes it; for good: it is not tried again."""
    told = {"due_at": due_at, "last_error": error[:_ERROR_CHARS], "refusals": row["refusals"] + 1}
    _change(connection, row, {**told, **({"state": "refused"} if for_good else {})}, tried=True)
    mark_failing(connection, row["push_target_id"], error, at)


def mark_failing(connection: Connection, target_id: str, error: str, at: datetime) -> None:
    """Write down that a target cannot be reached."""
    since = func.coalesce(push_target.c.failing_since, literal(at, push_target.c.failing_since.type))
    told = {"failing_since": since, "last_error": error[:_ERROR_CHARS]}
    connection.execute(update(push_target).where(push_target.c.id == target_id).values(**told))


def mark_alive(connection: Connection, target_id: str, at: datetime) -> None:
    """Write down that a target answers."""
    connection.execute(_ALIVE, {"of": target_id, "moment": at})


def put_off(connection: Connection, row: Row, due_at: datetime) -> None:
    """Look at it a little later; that is no attempt."""
    _change(connection, row, {"due_at": due_at})


def write_body(connection: Connection, row: Row, body: Row) -> None:
    """Complete what is to be sent; that is no attempt."""
    _change(connection, row, {"body": body})


def waiting_count(connection: Connection, target_id: str) -> int:
    """Return how many wait."""
    counted = select(func.count()).select_from(push_delivery).where(*_in_state(target_id, "waiting"))
    return int(connection.execute(counted).scalar_one())


def hurry(connection: Connection, target_id: str, now: datetime) -> None:
    """Let the next one be tried at once."""
    row = next_delivery(connection, target_id)
    if row is not None:
        put_off(connection, row, now)


def log_of(
    connection: Connection,
    target_id: str,
    states: Sequence[str],
    scope: ColumnElement[bool],
    after: tuple[Any, ...] | None,
    limit: int,
) -> list[Row]:
    """Return deliveries, newest first.

    Args:
        states: only these; each is looked up by itself, since an index has one after the other.
        scope: whom of.
        after: number and id of the last one of the page before.
    """
    order = push_delivery.c.seq.desc(), push_delivery.c.id.desc()
    mine = [push_delivery.c.push_target_id == target_id, scope]
    if after is not None:
        mine.append(tuple_(push_delivery.c.seq, push_delivery.c.id) < after)
    each: list[list[ColumnElement[bool]]] = [[push_delivery.c.state == one] for one in dict.fromkeys(states)] or [[]]
    found: list[Row] = []
    for one in each:
        wanted = select(push_delivery).where(*mine, *one).order_by(*order).limit(limit)
        found += [dict(row) for row in connection.execute(wanted).mappings()]
    return sorted(found, key=lambda row: (row["seq"], row["id"]), reverse=True)[:limit]


def replay(
    connection: Connection,
    target_id: str,
    since: datetime,
    until: datetime,
    states: Sequence[str],
    scope: ColumnElement[bool],
    now: datetime,
) -> int:
    """Let deliveries of a span wait again, under the same keys; return how many."""
    again = {"state": "waiting", "attempts": 0, "refusals": 0, "due_at": now, "delivered_at": None, "last_error": ""}
    which = (
        push_delivery.c.push_target_id == target_id,
        push_delivery.c.state.in_([state for state in states if state in _OVER]),
        push_delivery.c.created_at >= since,
        push_delivery.c.created_at < until,
        scope,
    )
    return connection.execute(update(push_delivery).where(*which).values(**again)).rowcount


def trim(connection: Connection, target_id: str, now: datetime) -> bool:
    """Give up what waits too long or is too much, oldest first, and forget the log of long ago.

    Returns:
        Whether there may be more to do.
    """
    lost = _give_up(connection, target_id, _too_old_or_many(connection, target_id, "waiting", now, MAX_WAITING))
    forgotten = 0
    for state in _OVER:
        ids = _too_old_or_many(connection, target_id, state, now, MAX_LOGGED)
        if ids:
            forgotten += connection.execute(delete(push_delivery).where(push_delivery.c.id.in_(ids))).rowcount
    return lost >= _PIECE or forgotten >= _PIECE


def _give_up(connection: Connection, target_id: str, ids: list[str]) -> int:
    if not ids:
        return 0
    told = {"state": "lost", "last_error": "given up: it waited too long, or too many waited"}
    connection.execute(update(push_delivery).where(push_delivery.c.id.in_(ids)).values(**told))
    counted = {"lost": push_target.c.lost + len(ids)}
    connection.execute(update(push_target).where(push_target.c.id == target_id).values(**counted))
    return len(ids)


def _too_old_or_many(connection: Connection, target_id: str, state: str, now: datetime, most: int) -> list[str]:
    """Return the oldest of a state that may not stay."""
    mine = _in_state(target_id, state)
    newest_first = select(push_delivery.c.seq).where(*mine).order_by(push_delivery.c.seq.desc())
    bound = connection.execute(newest_first.offset(most).limit(1)).scalar()
    oldest_first = select(push_delivery.c.id, push_delivery.c.seq, push_delivery.c.aged_from).where(*mine)
    rows = connection.execute(oldest_first.order_by(push_delivery.c.seq).limit(_PIECE)).all()
    old = now - (MAX_AGE if state == "waiting" else MAX_AGE * 2)
    return [row.id for row in rows if row.aged_from < old or (bound is not None and row.seq <= bound)]


def _in_state(target_id: str, state: str) -> tuple[ColumnElement[bool], ...]:
    return push_delivery.c.push_target_id == target_id, push_delivery.c.state == state


def _change(connection: Connection, row: Row, values: Row, *, tried: bool = False) -> None:
    told = {**values, "attempts": push_delivery.c.attempts + 1} if tried else values
    connection.execute(update(push_delivery).where(push_delivery.c.id == row["id"]).values(**told))
