"""What is kept how long: by age, by a quota, and by what the disk still holds."""

import shutil
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import AwareDatetime, Field
from sqlalchemy import ColumnElement, Connection, Delete, Table, Update, delete, exists, func, select, update

from camloom.config import StrictModel
from camloom.server.access.audit import record
from camloom.server.business.expiring import Expiry
from camloom.server.business.hooks import no_outbox
from camloom.server.business.ledger import Ledger
from camloom.server.business.media_keys import SHARES, count_shares
from camloom.server.business.media_place import MediaPlace
from camloom.server.clock import Clock
from camloom.server.database import Database
from camloom.server.database.tables import (
    alarm,
    alarm_note,
    alarm_words,
    camera_motion,
    camera_state,
    media,
    message_aside,
    setting,
)
from camloom.server.database.upsert import put
from camloom.server.lived import LivedClock

RETENTION, STORAGE = "retention", "storage"
"""Keys of the settings: what is wanted, and how it was when it was last looked at."""

_BATCH = 100  # in one transaction, so that nobody who wants to write waits for long
_MAX_ROUNDS = 1000
_HIGH, _LOW = 0.95, 0.85
_MORE_FREE = 0.02
_HISTORY_DAYS, _MOTION_DAYS, _ASIDE_DAYS, _ORPHAN_DAYS = 90, 90, 30, 1
_NO_ROOM_BYTES = 1 << 20
_HOUR_S, _SHARE_AN_HOUR, _BYTES_AN_HOUR = 3600.0, 0.1, 64 << 20


class Retention(StrictModel):
    """How long things are kept.

    Attributes:
        kept_days: pictures and clips of alarms that were judged true or have notes.
        quota_bytes: of all pictures and clips; None: as much as the disk has.
        free_share: of the disk that stays free, whatever else is wanted.
    """

    media_days: int = Field(default=30, ge=1, le=3660)
    kept_days: int = Field(default=365, ge=1, le=3660)
    alarm_days: int = Field(default=365, ge=1, le=3660)
    quota_bytes: int | None = Field(default=None, ge=1 << 20, le=1 << 60)
    free_share: float = Field(default=0.05, ge=0.01, le=0.5)


class Storage(StrictModel):
    """How it stood when it was last looked at.

    Attributes:
        free_bytes, total_bytes: of the disk; None: it is no disk of this machine.
        reason: why things were taken away before their time: `quota`, `disk`, or empty.
        expired: how many pictures and clips were taken away.
        short: whether there is still less room than there should be.
    """

    at: AwareDatetime
    used_bytes: int
    free_bytes: int | None = None
    total_bytes: int | None = None
    expired: int = 0
    alarms_removed: int = 0
    reason: str = ""
    short: bool = False


@dataclass(frozen=True, slots=True)
class Disk:
    """A disk as it is."""

    total_bytes: int
    free_bytes: int


DiskOf = Callable[[Path], Disk]


def disk_of(folder: Path) -> Disk:
    """Return how the disk of a folder is; what only the system may use of it (reserved blocks) is no part of it."""
    found = shutil.disk_usage(folder)
    return Disk(found.used + found.free, found.free)


def read_retention(connection: Connection) -> Retention:
    """Return what is wanted."""
    value = connection.execute(select(setting.c.value).where(setting.c.key == RETENTION)).scalar()
    return Retention.model_validate(value) if isinstance(value, dict) else Retention()


class Retain:
    """Takes away what is not to be kept any longer, oldest day first.

    Alarms that were judged true or have notes lose their pictures and clips last.

    Args:
        disk: how the disk of the place is.
        lived: how late it is for what is removed by age; default: as late as by the clock.
        monotonic: seconds that never jump.
    """

    def __init__(
        self,
        database: Database,
        place: MediaPlace,
        clock: Clock,
        disk: DiskOf = disk_of,
        lived: LivedClock | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._place = place
        self._clock = clock
        self._disk = disk
        self._lived = lived
        self._monotonic = monotonic
        self._freed: deque[tuple[float, int]] = deque()
        self._expiry = Expiry(database, place, self._is_full)

    @property
    def is_behind(self) -> bool:
        """Whether something that was begun could not be ended, for want of room."""
        return self._expiry.is_behind

    def run(self) -> Storage:
        """Take away what is due and return how it stands then."""
        now = self._clock() if self._lived is None else self._lived()
        self._expiry.finish()
        self._mend_times()
        with self._database.read() as connection:
            wanted = read_retention(connection)
        alarms = self._old_alarms(now - timedelta(days=wanted.alarm_days))
        expired = self._expire(~_kept() & (media.c.created_at < now - timedelta(days=wanted.media_days)))
        expired += self._expire(media.c.created_at < now - timedelta(days=wanted.kept_days))
        self._forget(now)
        forced, reason = self._make_room(wanted)
        return self._tell(wanted, self._clock(), expired + forced, alarms, reason)

    def _mend_times(self) -> None:
        """Let what came while the clock was far ahead be as old as it can be: else it outlives all that is newer."""
        if self._lived is None:
            return
        latest = max(self._clock(), self._lived.until)
        # The day is part of a file's name: one that is being copied keeps it, else a copy cut short would stay behind.
        ahead = (media.c.created_at > latest + timedelta(days=1)) & (media.c.state != "waiting")
        with self._database.read() as connection:
            if connection.execute(select(media.c.id).where(ahead).limit(1)).first() is None:
                return
        with self._database.write() as connection:
            connection.execute(update(media).where(ahead).values(created_at=latest))

    def _make_room(self, wanted: Retention) -> tuple[int, str]:
        """Take away the oldest until quota and disk have room again; return how many, and why."""
        used, disk = self._used(), self._disk_now()
        over_quota = over_disk = 0
        if wanted.quota_bytes is not None and used > wanted.quota_bytes * _HIGH:
            over_quota = used - int(wanted.quota_bytes * _LOW)
        if disk is not None and disk.free_bytes < disk.total_bytes * wanted.free_share:
            over_disk = int(disk.total_bytes * (wanted.free_share + _MORE_FREE)) - disk.free_bytes
        surplus = max(over_quota, min(over_disk, self._allowed(used)))
        if surplus <= 0:
            return 0, ""
        expired, freed = self._expire_bytes(~_kept(), surplus)
        if freed < surplus:
            more, too = self._expire_bytes(_kept(), surplus - freed)
            expired, freed = expired + more, freed + too
        self._freed.append((self._monotonic(), freed))
        return expired, "disk" if over_disk >= over_quota else "quota"

    def _allowed(self, used: int) -> int:
        """Return how many bytes may still go in this hour: what fills a disk may be none of ours, and go on."""
        while self._freed and self._monotonic() - self._freed[0][0] > _HOUR_S:
            self._freed.popleft()
        lately = sum(freed for _, freed in self._freed)
        return max(int((used + lately) * _SHARE_AN_HOUR), _BYTES_AN_HOUR) - lately

    def _expire_bytes(self, which: ColumnElement[bool], wanted_bytes: int) -> tuple[int, int]:
        """Take away the oldest of some kind until so many bytes are free; return how many, and how many bytes."""
        count = freed = 0
        for _ in range(_MAX_ROUNDS):
            rows = self._oldest(which)
            for row in rows:
                if freed >= wanted_bytes:
                    return count, freed
                if self._expiry.take_away([row], which):
                    count, freed = count + 1, freed + row["size_bytes"]
            if not rows:
                break
        return count, freed

    def _expire(self, which: ColumnElement[bool]) -> int:
        count = 0
        for _ in range(_MAX_ROUNDS):
            rows = self._oldest(which)
            if not rows:
                break
            count += self._expiry.take_away(rows, which)
        return count

    def _oldest(self, which: ColumnElement[bool]) -> list[dict[str, Any]]:
        wanted = select(media.c.id, media.c.key, media.c.size_bytes).where(media.c.state == "there", which)
        with self._database.read() as connection:
            found = connection.execute(wanted.order_by(media.c.created_at, media.c.id).limit(_BATCH))
            return [dict(row) for row in found.mappings()]

    def _old_alarms(self, before: datetime) -> int:
        """Remove alarms that began long ago, with all that belongs to them; return how many."""
        count = 0
        for _ in range(_MAX_ROUNDS):
            with self._database.read() as connection:
                # It also came long ago: the clock of its host, or of this server, may have been years behind.
                old = select(alarm.c.id).where(alarm.c.began_at < before, alarm.c.aged_from < before)
                ids = [row.id for row in connection.execute(old.order_by(alarm.c.began_at).limit(_BATCH))]
            if not ids:
                break
            theirs = media.c.alarm_id.in_(ids)
            while rows := self._oldest(theirs):
                self._expiry.take_away(rows, theirs)
            with self._database.write() as connection:
                stuck = select(media.c.alarm_id).where(media.c.alarm_id.in_(ids), media.c.key != "")
                gone = delete(alarm).where(alarm.c.id.in_(ids), alarm.c.id.not_in(stuck))
                removed = connection.execute(gone).rowcount
            count += removed
            if removed < len(ids):
                break  # the next time
        return count

    def _forget(self, now: datetime) -> None:
        """Remove what nobody asks for any more, and give up on what never came."""
        lost = media.c.alarm_id.is_(None) & (media.c.created_at < now - timedelta(days=_ORPHAN_DAYS))
        self._expire(lost)
        late = (media.c.state == "pending") & (media.c.created_at < now - timedelta(days=_ORPHAN_DAYS))
        self._in_pieces(media, late, update(media).values(state="missing"))
        old = {
            media: lost & media.c.state.in_(("missing", "expired")) & (media.c.key == ""),
            camera_state: camera_state.c.at < now - timedelta(days=_HISTORY_DAYS),
            message_aside: message_aside.c.at < now - timedelta(days=_ASIDE_DAYS),
        }
        for table, which in old.items():
            self._in_pieces(table, which, delete(table))
        with self._database.write() as connection:
            connection.execute(delete(camera_motion).where(camera_motion.c.at < now - timedelta(days=_MOTION_DAYS)))
        self._forget_words()

    def _in_pieces(self, table: Table, which: ColumnElement[bool], done: Update | Delete) -> None:
        """Do something with all rows of some kind, a few in each transaction."""
        some = select(table.c.id).where(which).limit(_BATCH)
        for _ in range(_MAX_ROUNDS):
            with self._database.read() as connection:
                ids = list(connection.scalars(some))
            if not ids:
                return
            with self._database.write() as connection:
                # Asked again: what came in between is not given up.
                connection.execute(done.where(which, table.c.id.in_(ids)))

    def _forget_words(self) -> None:
        """Remove the words that no alarm of a list has any more."""
        unused = ~exists().where(alarm.c.words_id == alarm_words.c.id, alarm.c.merged_into.is_(None))
        for _ in range(_MAX_ROUNDS):
            with self._database.read() as connection:
                ids = list(connection.scalars(select(alarm_words.c.id).where(unused).limit(_BATCH)))
            if not ids:
                return
            with self._database.write() as connection:
                Ledger(connection, self._clock(), no_outbox)  # nobody begins to use one meanwhile
                connection.execute(delete(alarm_words).where(alarm_words.c.id.in_(ids), unused))

    def _tell(self, wanted: Retention, now: datetime, expired: int, alarms: int, reason: str) -> Storage:
        """Write down how it stands, and in the log of what was done why something went before its time."""
        disk, used = self._disk_now(), self._used()
        storage = Storage(
            at=now,
            used_bytes=used,
            free_bytes=disk.free_bytes if disk else None,
            total_bytes=disk.total_bytes if disk else None,
            expired=expired,
            alarms_removed=alarms,
            reason=reason,
            short=_is_short(wanted, used, disk),
        )
        told = storage.model_dump(mode="json")
        with self._database.read() as connection:
            shares = count_shares(connection)
        with self._database.write() as connection:
            put(connection, setting, {"key": STORAGE, "value": told})
            put(connection, setting, {"key": SHARES, "value": shares})
            if reason:
                record(connection, None, f"storage.{reason}", "media", "", told, at=now)
        return storage

    def _used(self) -> int:
        with self._database.read() as connection:
            wanted = select(func.coalesce(func.sum(media.c.size_bytes), 0)).where(media.c.state == "there")
            return int(connection.execute(wanted).scalar_one())

    def _is_full(self) -> bool:
        disk = self._disk_now()
        return disk is not None and disk.free_bytes < _NO_ROOM_BYTES

    def _disk_now(self) -> Disk | None:
        return None if self._place.folder is None else self._disk(self._place.folder)


def _is_short(wanted: Retention, used: int, disk: Disk | None) -> bool:
    over = wanted.quota_bytes is not None and used > wanted.quota_bytes
    return over or (disk is not None and disk.free_bytes < disk.total_bytes * wanted.free_share)


def _kept() -> ColumnElement[bool]:
    """Return the condition for pictures and clips that somebody found important."""
    judged = exists().where(alarm.c.id == media.c.alarm_id, alarm.c.verdict == "true")
    noted = exists().where(alarm_note.c.alarm_id == media.c.alarm_id, alarm_note.c.action == "note")
    return judged | noted
