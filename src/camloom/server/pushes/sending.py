"""Sending what waits: per target in order, at least once, later again when it fails."""

import logging
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from camloom.errors import CamloomError
from camloom.server.access.sealing import Sealer
from camloom.server.database import Database
from camloom.server.database.tables import media, push_target
from camloom.server.pushes import queue
from camloom.server.pushes.message import message_of
from camloom.server.pushes.pictures import picture_of
from camloom.server.pushes.queue import Row
from camloom.server.pushes.seam import Around, LaterPushError, PushConfig, PushKind, RefusedPushError
from camloom.server.pushes.targets import check_settings, find_target, kind_class, open_settings
from camloom.server.trouble import AWAY, Troubles

FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 600.0
_LONGEST_WISH_S = 3600.0
_REFUSALS = 5
_PICTURE_S = 15
_LOOK_S = 1
_ROUND = 200
_logger = logging.getLogger(__name__)


@dataclass
class _Live:
    """A target that is in use.

    Attributes:
        stamp: of the row that it was made from.
        ailing: whether `idle` failed the last time.
    """

    stamp: datetime
    kind: PushKind
    ailing: bool = False


class Sender:
    """Sends the deliveries of targets; one thread at a time for each target.

    Args:
        jitter: returns a factor from 0.5 to 1 for a pause, so that many do not come back at the same moment.
        troubles: told which targets cannot be reached.
        monotonic: seconds that never jump.
    """

    def __init__(
        self,
        database: Database,
        sealer: Sealer,
        around: Around,
        *,
        jitter: Callable[[], float] = lambda: random.uniform(0.5, 1),  # noqa: S311  # no secret hangs on it
        stopped: Callable[[], bool] = lambda: False,
        troubles: Troubles | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database, self._sealer, self._around = database, sealer, around
        self._clock, self._monotonic = around.clock, monotonic
        self._jitter, self._stopped, self._troubles = jitter, stopped, troubles or Troubles()
        self._live: dict[str, _Live] = {}
        self._looked_at: dict[str, datetime] = {}
        self._pauses: dict[str, tuple[str, float]] = {}
        self._confirmed: dict[str, Row] = {}
        self._told: dict[str, str] = {}

    def due(self) -> list[str]:
        """Return the targets for which there is something to do now."""
        now = self._clock()
        with self._database.read() as connection:
            known = connection.execute(select(push_target.c.id, push_target.c.kind).where(push_target.c.enabled)).all()
            found = []
            for target_id, kind in known:
                row = queue.next_delivery(connection, target_id)
                if (row is not None and self._is_due(row, now)) or self._wants_look(target_id, kind, now):
                    found.append(target_id)
        return found

    def gone(self) -> list[str]:
        """Return the targets that are in use and should not be any more."""
        with self._database.read() as connection:
            enabled = set(connection.execute(select(push_target.c.id).where(push_target.c.enabled)).scalars())
        return [target_id for target_id in {*self._live, *self._told} if target_id not in enabled]

    def send(self, target_id: str) -> None:
        """Send what is due of a target until something has to wait."""
        for _ in range(_ROUND):
            if self._stopped() or not self._send_next(target_id):
                break
        self._look_after(target_id)

    def forget(self, target_id: str) -> None:
        """End what is in use of a target."""
        self._pauses.pop(target_id, None)
        self._relieved(target_id)
        self._end(target_id)

    def _end(self, target_id: str) -> None:
        self._looked_at.pop(target_id, None)
        live = self._live.pop(target_id, None)
        if live is not None:
            close_kind(live.kind)

    def in_use(self) -> list[str]:
        """Return the targets that are in use."""
        return list(self._live)

    def close(self) -> None:
        """End all."""
        for target_id in self.in_use():
            self.forget(target_id)

    def _send_next(self, target_id: str) -> bool:
        """Deliver the next one; tell whether to go on."""
        self._keep_confirmed(target_id)
        with self._database.read() as connection:
            target, row = find_target(connection, target_id), queue.next_delivery(connection, target_id)
        if target is None or not target["enabled"] or row is None or not self._is_due(row, self._clock()):
            return False
        try:
            live = self._open(target_id)
            if live.kind.pictures and self._picture_comes(row):
                self._put_off(row)
                return False
            if live.kind.pictures:
                self._choose_picture(row)
            live.kind.send(message_of(row["key"], row["body"], target["language"]))
        except AWAY:
            raise  # of our own database: the receiver has no part in it
        except RefusedPushError as error:
            return self._refused(target, row, error)
        except CamloomError as error:
            return self._failed(target, row, error)
        except Exception as error:  # noqa: BLE001  # libraries of strangers: whatever it is, it waits
            return self._failed(target, row, unforeseen(error))
        self._confirmed[target_id] = row
        self._keep_confirmed(target_id)
        self._relieved(target_id)
        return True

    def _keep_confirmed(self, target_id: str) -> None:
        """Write down what the receiver has confirmed. While that fails, nothing is sent: it would be the same again."""
        row = self._confirmed.get(target_id)
        if row is None:
            return
        with self._database.write() as connection:
            queue.mark_delivered(connection, row, self._clock())
        self._confirmed.pop(target_id, None)

    def _is_due(self, row: Row, now: datetime) -> bool:
        """Tell whether it is time, by the clock or by the seconds that have gone by: the clock may have been set back.

        Later than the longest pause nothing can be due, whatever is written.
        """
        left = row["due_at"] - now
        if left <= timedelta() or left > timedelta(seconds=_LONGEST_WISH_S):
            return True
        paused_id, until_s = self._pauses.get(row["push_target_id"], ("", 0.0))
        return paused_id == row["id"] and self._monotonic() >= until_s

    def _pause(self, row: Row, pause_s: float) -> datetime:
        """Note that a delivery is to wait so long; return until when by the clock."""
        self._pauses[row["push_target_id"]] = (row["id"], self._monotonic() + pause_s)
        return self._clock() + timedelta(seconds=pause_s)

    def _complain(self, target: Row, error: CamloomError) -> None:
        """Say that a target cannot be reached, under the name that it has now."""
        work = f"push to {target['name']}"
        if self._told.get(target["id"]) != work:
            self._relieved(target["id"])
        self._told[target["id"]] = work
        self._troubles.note(work, _line(error))

    def _relieved(self, target_id: str) -> None:
        """Say that a target is well again, or gone."""
        work = self._told.pop(target_id, None)
        if work is not None:
            self._troubles.over(work)

    def _failed(self, target: Row, row: Row, error: CamloomError) -> bool:
        self._complain(target, error)
        wish_s = error.after_s if isinstance(error, LaterPushError) else None
        pause_s = self.pause_s(row["attempts"]) if wish_s is None else min(max(wish_s, 1), _LONGEST_WISH_S)
        due_at = self._pause(row, pause_s)
        with self._database.write() as connection:
            queue.mark_failed(connection, row, _line(error), self._clock(), due_at)
        return False

    def _refused(self, target: Row, row: Row, error: RefusedPushError) -> bool:
        self._complain(target, error)
        for_good = not error.again or int(row["refusals"]) + 1 >= _REFUSALS
        due_at = self._pause(row, self.pause_s(row["refusals"]))
        with self._database.write() as connection:
            queue.mark_refused(connection, row, _line(error), self._clock(), due_at, for_good=for_good)
        return for_good

    def pause_s(self, attempts: int) -> float:
        """Return how long to wait after so many attempts before the one that has just failed."""
        base = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * (1 << min(attempts, 16)))
        return max(FIRST_PAUSE_S, base * self._jitter())

    def _open(self, target_id: str) -> _Live:
        """Return the kind of a target, made anew when its settings have changed."""
        with self._database.read() as connection:
            row = find_target(connection, target_id)
        if row is None:
            raise LaterPushError("the target is gone")
        live = self._live.get(target_id)
        if live is not None and live.stamp == row["changed_at"]:
            return live
        self._end(target_id)
        live = _Live(row["changed_at"], make_kind(self._sealer, self._around, row))
        self._live[target_id] = live
        return live

    def _picture_comes(self, row: Row) -> bool:
        """Tell whether a picture of the alarm is on its way, and it is not too long ago."""
        if abs(self._clock() - row["created_at"]) > timedelta(seconds=_PICTURE_S):
            return False
        states = select(media.c.state).where(media.c.alarm_id == row["alarm_id"], media.c.kind == "picture")
        with self._database.read() as connection:
            found = set(connection.execute(states).scalars())
        return "there" not in found and bool(found & {"pending", "waiting"})

    def _choose_picture(self, row: Row) -> None:
        """Choose the picture of a delivery before it is sent for the first time: a key has one body, whatever comes."""
        if "picture_id" in row["body"]:
            return
        event_id = message_of(row["key"], row["body"], "zh").alarm.event.id
        with self._database.write() as connection:
            body = {**row["body"], "picture_id": picture_of(connection, row["alarm_id"], event_id)}
            queue.write_body(connection, row, body)
        row["body"] = body

    def _put_off(self, row: Row) -> None:
        due_at = self._pause(row, _LOOK_S)
        with self._database.write() as connection:
            queue.put_off(connection, row, due_at)

    def _wants_look(self, target_id: str, kind: str, now: datetime) -> bool:
        try:
            every_s = kind_class(kind).idle_every_s
        except CamloomError:
            return False
        last = self._looked_at.get(target_id)
        return bool(every_s) and (last is None or now - last >= timedelta(seconds=every_s))

    def _look_after(self, target_id: str) -> None:
        """Keep a connection alive that wants to be."""
        with self._database.read() as connection:
            row = find_target(connection, target_id)
        now = self._clock()
        if row is None or not row["enabled"] or self._stopped() or not self._wants_look(target_id, row["kind"], now):
            return
        self._looked_at[target_id] = now
        try:
            live = self._open(target_id)
            live.kind.idle()
        except CamloomError as error:
            self._ailing(target_id, error)
        except Exception as error:  # noqa: BLE001  # as above
            self._ailing(target_id, unforeseen(error))
        else:
            self._well(target_id, live)

    def _well(self, target_id: str, live: _Live) -> None:
        if live.ailing:
            live.ailing = False
            with self._database.write() as connection:
                queue.mark_alive(connection, target_id, self._clock())

    def _ailing(self, target_id: str, error: CamloomError) -> None:
        if target_id in self._live:
            self._live[target_id].ailing = True
        with self._database.write() as connection:
            queue.mark_failing(connection, target_id, _line(error), self._clock())


def make_kind(sealer: Sealer, around: Around, row: Mapping[str, Any]) -> PushKind:
    """Return what tells a target. CamloomError: its settings cannot be used any more."""
    kind = kind_class(row["kind"])
    return start_kind(kind, check_settings(kind, open_settings(sealer, row)), around, row["id"])


def start_kind(kind: type[PushKind], config: PushConfig, around: Around, target_id: str) -> PushKind:
    """Return what tells a target."""
    return kind(config, around, target_id)  # type: ignore[call-arg]  # a protocol says nothing of how it is made


def unforeseen(error: Exception) -> LaterPushError:
    """Return an error of a library in words without what it says: that may hold passwords."""
    kinds = [type(one).__name__ for one in _chain(error)]
    _logger.warning("a push failed in an unforeseen way: %s", " < ".join(kinds))
    return LaterPushError(f"it failed: {kinds[-1]}")


def _chain(error: BaseException) -> list[BaseException]:
    found, at = [error], error
    while (cause := at.__cause__ or _first_of(at)) is not None and len(found) < 8:
        found.append(cause)
        at = cause
    return found


def _first_of(error: BaseException) -> BaseException | None:
    return error.exceptions[0] if isinstance(error, BaseExceptionGroup) else None


def close_kind(kind: PushKind) -> None:
    """End what tells a target."""
    try:
        kind.close()
    except Exception as error:  # noqa: BLE001  # the end of a connection may fail as it likes
        _logger.info("a push target did not end well: %s", type(error).__name__)


def _line(error: CamloomError) -> str:
    return f"{error.message}. {error.hint}" if error.hint else error.message
