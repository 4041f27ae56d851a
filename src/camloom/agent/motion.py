"""When something moved before which camera, told minute by minute."""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from ulid import ULID

from camloom.exchange import HostSide, MotionMessage, TaskMotion
from camloom.exchange.documents import MOTION_PIECE_S, MOTION_PIECES
from camloom.runner import StreamRow

_MOST_WAITING = 1440  # a day of minutes, while the exchange takes nothing
_MINUTE_S = MOTION_PIECE_S * MOTION_PIECES


@dataclass(slots=True)
class _Minute:
    """A minute, in pieces of some seconds: of each task, in which it got pictures, and in which something moved."""

    number: int
    watched: dict[str, int] = field(default_factory=dict)
    moved: dict[str, int] = field(default_factory=dict)


class MotionWatch:
    """Watches the counters of the streams; once a minute it tells what it saw.

    Args:
        clock: what time it is.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._rows: dict[str, StreamRow] = {}
        self._minute = _Minute(0)
        self._waiting: deque[MotionMessage] = deque(maxlen=_MOST_WAITING)

    def look(self, rows: Iterable[StreamRow]) -> None:
        """Take in how far the streams are; every second or so."""
        number, second = divmod(int(self._clock().timestamp()), _MINUTE_S)
        if number != self._minute.number:
            self._end_minute(number)
        piece = 1 << second // MOTION_PIECE_S
        before, self._rows = self._rows, {row.source_id: row for row in rows}
        for name, row in self._rows.items():
            last = before.get(name, row)
            if row.packets != last.packets:  # fewer: it began anew
                self._minute.watched[name] = self._minute.watched.get(name, 0) | piece
            if row.moving > (last.moving if row.results >= last.results else 0):
                self._minute.moved[name] = self._minute.moved.get(name, 0) | piece

    def hand_over(self, exchange: HostSide) -> None:
        """Hand over the minutes that are over. ExchangeError: they wait on."""
        if self._waiting:
            exchange.publish(tuple(self._waiting))
            self._waiting.clear()

    def _end_minute(self, number: int) -> None:
        over, self._minute = self._minute, _Minute(number)
        tasks = {
            name: TaskMotion(watched=over.watched.get(name, 0), moved=over.moved.get(name, 0))
            for name in over.watched.keys() | over.moved.keys()
        }
        if tasks:
            at = datetime.fromtimestamp(over.number * _MINUTE_S, UTC)
            self._waiting.append(MotionMessage(id=str(ULID()), at=at, tasks=tasks))
