"""How each task is, in the words of the exchange."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from camloom.agent.secrets import Redactor
from camloom.exchange import HostLoad, TaskStatus
from camloom.exchange.live import socket_of
from camloom.runner import StreamReport, StreamRow
from camloom.state import SourceState

_SPAN_S = 10.0
_MOST_ERRORS = 5
_FULL = 0.9
_USEFUL = 0.05
_GOING_ON = frozenset({"online", "degraded"})
_BUSY = 0.9


@dataclass(slots=True)
class _Pace:
    """What was counted at a moment, and the rates since the moment before."""

    at_s: float
    row: StreamRow
    fps: float = 0.0
    skipped: float = 0.0


class StatusBoard:
    """Makes the statuses of tasks out of what a supervisor knows.

    Args:
        streams: folder of what the streams write, one for each task.
        clock: seconds, as `time.monotonic`, in which rows tell their newest picture.
    """

    def __init__(self, redactor: Redactor, streams: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._redactor = redactor
        self._streams = streams.absolute()
        self._clock = clock
        self._paces: dict[str, _Pace] = {}

    def status(
        self, task_id: str, revision: int, row: StreamRow, report: StreamReport, state: SourceState | None
    ) -> TaskStatus:
        """Return the status of a task that runs, or ran."""
        pace = self._pace(row)
        errors = tuple(dict.fromkeys(self._redactor.clean(line) for line in (*report.errors, *row.faults)))
        condition, reason, detail = _condition(row, state, errors)
        return TaskStatus(
            id=task_id,
            revision=revision,
            condition=condition,
            reason=reason,
            detail=self._redactor.clean(detail),
            since=None if state is None else state.since,
            stream=_stream(row),
            analysed_fps=round(pace.fps, 2),
            age_s=None if row.newest_s is None else max(0.0, self._clock() - row.newest_s),
            skipped=round(pace.skipped, 3),
            breaks=row.breaks,
            live=str(socket_of(self._streams / task_id)),
            errors=errors[-_MOST_ERRORS:],
        )

    def forget(self, known: Mapping[str, object]) -> None:
        """Forget the tasks that are no more."""
        self._paces = {name: pace for name, pace in self._paces.items() if name in known}

    def _pace(self, row: StreamRow) -> _Pace:
        now_s = self._clock()
        pace = self._paces.setdefault(row.source_id, _Pace(now_s, row))
        if row.results < pace.row.results:  # it began anew
            pace = self._paces[row.source_id] = _Pace(now_s, row)
        if now_s - pace.at_s >= _SPAN_S or (pace.fps == 0.0 and now_s > pace.at_s):
            fresh = _Pace(now_s, row, *_rates(pace.row, row, now_s - pace.at_s))
            self._paces[row.source_id] = fresh
            return fresh
        return pace


def refused(task_id: str, line: str, running: TaskStatus | None) -> TaskStatus:
    """Return the status of a task whose order cannot be carried out; one that runs goes on as it was."""
    if running is None:
        return TaskStatus(id=task_id, condition="failed", reason="refused", detail=line, errors=(line,))
    return running.model_copy(update={"errors": (*running.errors, line)})


@dataclass(frozen=True, slots=True)
class Capacity:
    """How many streams fit, as far as that can be told.

    Attributes:
        streams_fit: so many like those that run; None: not known.
        bottleneck: `processor`, `memory`, `disk`, or empty.
    """

    streams_fit: float | None = None
    bottleneck: str = ""


def capacity(load: HostLoad, tasks: tuple[TaskStatus, ...]) -> Capacity:
    """Return how many streams like those that run would use up the processor, and what runs out at the moment."""
    running = [task for task in tasks if task.condition in _GOING_ON and task.analysed_fps > 0]
    slow = any(task.skipped > _USEFUL for task in running)
    found = Capacity(round(len(running) * _FULL / load.cpu, 1) if running and load.cpu > _USEFUL else None)
    if load.cpu > _BUSY or slow:
        return replace(found, bottleneck="processor")
    if load.memory > _BUSY:
        return replace(found, bottleneck="memory")
    return replace(found, bottleneck="disk") if load.disk > _BUSY else found


def _condition(row: StreamRow, state: SourceState | None, errors: tuple[str, ...]) -> tuple[str, str, str]:
    if state is not None and str(state.condition) == "disabled":
        return "disabled", state.reason, state.detail
    if errors and (row.ended or not row.packets):
        return "failed", "error", errors[-1]
    if row.ended:
        return "stopped", "ended", ""
    if state is not None:
        return str(state.condition), state.reason, state.detail
    return ("online" if row.packets else "connecting"), "", ""


def _stream(row: StreamRow) -> dict[str, object]:
    return {"codec": row.codec, "width": row.width, "height": row.height, "fps": row.fps} if row.codec else {}


def _rates(before: StreamRow, now: StreamRow, spent_s: float) -> tuple[float, float]:
    """Return results a second, and the share that was left out: of the packets, and of the frames that were left."""
    results, dropped = now.results - before.results, max(0, now.dropped - before.dropped)
    packets, shed = max(0, now.packets - before.packets), max(0, now.shed - before.shed)
    kept_of_packets = 1 - min(1.0, shed / packets) if packets else 1.0
    kept_of_frames = results / (results + dropped) if results + dropped else 1.0
    return results / spent_s, 1 - kept_of_packets * kept_of_frames
