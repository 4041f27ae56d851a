"""What hosts report, kept: how they are, how their cameras are, and the means of every minute."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection, delete, insert, select, update

from camloom.errors import ExchangeError
from camloom.exchange import Reported, ServerSide, TaskStatus
from camloom.server.clock import Clock
from camloom.server.database import Database, new_id
from camloom.server.database.tables import camera, camera_state, host, host_minute, task

KEPT = timedelta(days=7)
LATE = timedelta(seconds=20)
"""After so long without a word a host is away: it speaks every 5 s."""

# Where several tasks watch one camera, it is as well as the best of them says: that one gets pictures.
_BEST_FIRST = ("online", "degraded", "connecting", "offline", "disabled", "failed", "stopped")
_SHARES = ("cpu", "memory", "disk", "network_in_bps", "network_out_bps")
_PERHAPS = ("temperature_c", "accelerator", "accelerator_memory")


def reported_of(document: Any) -> Reported | None:
    """Return what a host said, as it is kept; None: nothing yet, or nothing that this version understands."""
    try:
        return Reported.model_validate(document) if document else None
    except ValidationError:
        return None


def take_reports(database: Database, exchange: ServerSide, clock: Clock) -> None:
    """Keep what hosts say of themselves. Called every few seconds; what was kept already changes nothing."""
    now = clock()
    try:
        reports = exchange.reported()
    except ExchangeError:  # nobody hears of any host then: their cameras are not told to be well meanwhile
        with database.write() as connection:
            _miss(connection, now)
        raise
    with database.write() as connection:
        for reported in reports:
            _take(connection, reported, now)
        _miss(connection, now)


def forget_minutes(database: Database, clock: Clock) -> None:
    """Forget the load of more than seven days ago. Called every hour."""
    oldest = clock() - KEPT  # before, for such a clock may write into the database itself
    with database.write() as connection:
        connection.execute(delete(host_minute).where(host_minute.c.at < oldest))


def _take(connection: Connection, reported: Reported, now: datetime) -> None:
    row = connection.execute(select(host).where(host.c.id == reported.host_id)).mappings().first()
    if row is None:
        return
    known = reported_of(row["reported"])
    if known is not None and known.at == reported.at:
        return
    if reported.streams_fit is None and known is not None:
        # A host that measures anew has not become larger: what it said last counts until it knows better.
        reported = reported.model_copy(update={"streams_fit": known.streams_fit})
    values = {"seen_at": now, "reported": reported.model_dump(mode="json")}
    connection.execute(update(host).where(host.c.id == reported.host_id).values(**values))
    _add_to_minute(connection, reported, now)
    _update_cameras(connection, reported.host_id, reported.tasks, now)


def _add_to_minute(connection: Connection, reported: Reported, now: datetime) -> None:
    """Count a report into the means of its minute, by the server's clock: that of a host may be wrong."""
    minute = now.replace(second=0, microsecond=0)
    here = (host_minute.c.host_id == reported.host_id) & (host_minute.c.at == minute)
    kept = connection.execute(select(host_minute.c.load).where(here)).scalar()
    load = mean_of(kept or {}, reported.load.model_dump())
    if kept is None:
        connection.execute(insert(host_minute).values(host_id=reported.host_id, at=minute, load=load))
    else:
        connection.execute(update(host_minute).where(here).values(load=load))


def mean_of(kept: dict[str, Any], seen: dict[str, Any]) -> dict[str, Any]:
    """Return the means of a minute with one more report in them; `n` says how many each is made of."""
    counts: dict[str, int] = dict(kept.get("n", {}))
    load: dict[str, Any] = {"n": counts}
    for key in (*_SHARES, *_PERHAPS):
        count, value = counts.get(key, 0), seen.get(key)
        load[key] = kept.get(key)
        if value is not None:
            counts[key] = count + 1
            load[key] = ((load[key] or 0.0) * count + value) / (count + 1)
    return load


def _miss(connection: Connection, now: datetime) -> None:
    """Cameras of a host that says nothing any more are offline, whatever it said last."""
    # One that was seen in the future was seen before the clock was set back: nobody knows when.
    long_ago = (host.c.seen_at < now - LATE) | (host.c.seen_at > now + LATE)
    silent = select(host.c.id, host.c.seen_at).where(long_ago)
    for host_id, seen_at in connection.execute(silent):
        text = f"its host has said nothing since {seen_at:%Y-%m-%d %H:%M:%S} UTC"
        gone = TaskStatus(id="", condition="offline", reason="host-away", detail=text, since=seen_at)
        for row in _cameras(connection, host_id):
            if row["condition"] not in ("stopped", "offline"):
                _note(connection, row, gone, now)


def _update_cameras(connection: Connection, host_id: str, statuses: Sequence[TaskStatus], now: datetime) -> None:
    of_camera: dict[str, list[TaskStatus]] = {}
    told = {status.id: status for status in statuses}
    wanted = select(task.c.id, task.c.camera_id).join(camera, camera.c.id == task.c.camera_id)
    for task_id, camera_id in connection.execute(wanted.where(camera.c.host_id == host_id)):
        if (status := told.get(task_id)) is not None:
            of_camera.setdefault(camera_id, []).append(status)
    for row in _cameras(connection, host_id):
        status = best_of(of_camera.get(row["id"], ()))
        if (status.condition, status.reason) != (row["condition"], row["reason"]):
            _note(connection, row, status, now)
        if status.stream and status.stream != row["stream"]:
            connection.execute(update(camera).where(camera.c.id == row["id"]).values(stream=status.stream))


def best_of(statuses: Iterable[TaskStatus]) -> TaskStatus:
    """Return how a camera is, of how its tasks are; stopped if there are none."""
    ranked = sorted(statuses, key=lambda one: _rank(one.condition))
    return ranked[0] if ranked else TaskStatus(id="")


def _rank(condition: str) -> int:
    return _BEST_FIRST.index(condition) if condition in _BEST_FIRST else len(_BEST_FIRST)


def _cameras(connection: Connection, host_id: str) -> Sequence[Any]:
    columns = camera.c.id, camera.c.condition, camera.c.reason, camera.c.stream
    return connection.execute(select(*columns).where(camera.c.host_id == host_id)).mappings().all()


def _note(connection: Connection, row: Any, status: TaskStatus, now: datetime) -> None:
    # By the server's clock, as all that is compared with it: a host's may be off by hours.
    words = {"condition": status.condition[:16], "reason": status.reason[:64], "detail": status.detail[:1000]}
    connection.execute(update(camera).where(camera.c.id == row["id"]).values(**words, since=now))
    connection.execute(insert(camera_state).values(id=new_id(), camera_id=row["id"], at=now, **words))
