"""Tries edited rules on the stored past."""

import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any, Self

from camloom.backtest.alarms import Alarm, alarms_of, recorded_alarms
from camloom.backtest.compare import Difference, compare
from camloom.backtest.replay import Replay, replay
from camloom.backtest.store import History, StoredFrame
from camloom.config import TaskConfig

RUN_UP = timedelta(minutes=10)
"""Rules see this much more before a span, so that what began before it is known; it gives no alarms."""


@dataclass(frozen=True, slots=True)
class Backtest:
    """What edited rules would have said.

    Attributes:
        source_id: whose tracks.
        frames, first, last: how many were shown, and when the first and the last were captured.
        wall_s: how long it took.
        alarms: of the edited rules.
        difference: from what they are held against; None if that is nothing.
        left_out: rules that need pixels or joints, which a history does not keep.
        unreadable: files that were passed over.
        size_px: width and height of the pictures then.
    """

    source_id: str
    frames: int
    first: datetime | None
    last: datetime | None
    wall_s: float
    alarms: list[Alarm]
    difference: Difference | None
    left_out: list[str]
    unreadable: list[str]
    size_px: tuple[int, int] = (0, 0)

    @classmethod
    def empty(cls, source_id: str) -> Self:
        """Return what comes of a stream of which nothing is stored, held against the rules as they are."""
        return cls(source_id, 0, None, None, 0.0, [], compare([], []), [], [])

    @property
    def times_real_time(self) -> float:
        """How much faster than the stream it went."""
        if self.first is None or self.last is None:
            return 0.0
        return (self.last - self.first).total_seconds() / max(self.wall_s, 1e-9)

    def to_dict(self, zone: tzinfo) -> dict[str, Any]:
        """Return it as plain data; hours of the day are those of `zone`."""
        return {
            "schema": "camloom.backtest/1",
            "source_id": self.source_id,
            "frames": self.frames,
            "first": None if self.first is None else self.first.isoformat(),
            "last": None if self.last is None else self.last.isoformat(),
            "wall_s": round(self.wall_s, 3),
            "times_real_time": round(self.times_real_time, 1),
            "left_out": self.left_out,
            "unreadable_files": self.unreadable,
            "alarms": [alarm.to_dict() for alarm in self.alarms],
            "difference": None if self.difference is None else self.difference.to_dict(zone),
        }


@dataclass(slots=True)
class _Span:
    """Counts frames, and remembers when the first and the last of them were captured."""

    frames: int = 0
    first: datetime | None = None
    last: datetime | None = field(default=None)
    size_px: tuple[int, int] = (0, 0)

    def take(self, stored: StoredFrame) -> StoredFrame:
        """Pass a frame on."""
        moment = stored.frame.captured_at
        self.frames += 1
        self.size_px = stored.frame.width, stored.frame.height
        self.first = moment if self.first is None else min(self.first, moment)
        self.last = moment if self.last is None else max(self.last, moment)
        return stored


def backtest(
    task: TaskConfig,
    history: History,
    *,
    against: TaskConfig | Path | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Backtest:
    """Run the rules of a task over stored tracks.

    Args:
        task: with the edited rules.
        history: of its stream.
        against: the task as it was, or a file of recorded events.
        since, until: the span that counts, the end excluded; aware times.

    Raises:
        ConfigError: the file of events cannot be read.
    """
    started_s, span = time.perf_counter(), _Span()
    fresh = Replay(task)
    past = Replay(against) if isinstance(against, TaskConfig) else None
    recorded = recorded_alarms(against, history.source_id) if isinstance(against, Path) else None
    frames = history.frames(None if since is None else since - RUN_UP, until)
    replay(map(span.take, frames), [fresh] if past is None else [fresh, past])
    left_out = sorted({*fresh.left_out, *(past.left_out if past else ())})
    begin = span.first if since is None else since

    def counted(alarms: list[Alarm]) -> list[Alarm]:
        # Alarms are told to the millisecond in files, frames to the microsecond.
        return [
            alarm
            for alarm in alarms
            if alarm.rule_id not in left_out
            and begin is not None
            and span.last is not None
            and begin - timedelta(milliseconds=1) <= alarm.began <= span.last
        ]

    alarms = counted(alarms_of(fresh.events))
    old = alarms_of(past.events) if past is not None else recorded
    return Backtest(
        history.source_id,
        span.frames,
        span.first,
        span.last,
        time.perf_counter() - started_s,
        alarms,
        None if old is None else compare(alarms, counted(old)),
        left_out,
        history.unreadable,
        span.size_px,
    )
