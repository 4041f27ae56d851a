"""What a supervisor knows of its streams, over all the workers that ran them."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from typing import Any

from camloom.config import TaskConfig
from camloom.event import Event
from camloom.runner import StreamReport, StreamRow
from camloom.runner.camera import state_event
from camloom.runner.models import Wanted
from camloom.state import Condition, SourceState
from camloom.supervisor.ledger import Ledger
from camloom.supervisor.messages import News, Told

CRASH = "crash"
CRASH_LOOP = "crash-loop"


@dataclass(frozen=True, slots=True)
class StateChange:
    """A stream is in another state."""

    source_id: str
    state: SourceState


Outward = News | StateChange
"""What is told to those outside."""


@dataclass(slots=True)
class Stream:
    """One stream.

    Attributes:
        task: as it was asked for; models that were timed have their runtime by now.
        ledger: its open alarms.
        before: what the workers did that are gone.
        report: what the worker did that runs it now.
        state: as last told.
        untold: events for its sinks that the next worker is to deliver.
        size: width, height of its pictures in px, once they have come.
        ran: whether a worker has run it.
        over: it has ended or is disabled.
    """

    task: TaskConfig
    ledger: Ledger
    before: StreamReport
    report: StreamReport
    row: StreamRow
    state: SourceState | None = None
    untold: list[Event] = field(default_factory=list)
    size: tuple[int, int] | None = None
    ran: bool = False
    over: bool = False

    @classmethod
    def of(cls, task: TaskConfig) -> "Stream":
        """Return a stream that has not begun."""
        empty = StreamReport(task.id)
        return cls(task, Ledger(task.out), empty, StreamReport(task.id), StreamRow(task.id))

    @property
    def total(self) -> StreamReport:
        """What all workers did for it."""
        whole = added(self.before, self.report)
        whole.state = self.state
        return whole

    def begin(self) -> None:
        """A worker takes it."""
        self.ran = True
        self.row = replace(self.row, ended=False)

    def leave(self) -> None:
        """The worker that ran it is gone."""
        total = self.total
        self.report = StreamReport(self.task.id)
        self.before = total

    @property
    def wanted(self) -> list[Wanted]:
        """The models that it asks for when it starts again, as far as is known where they run best."""
        readers = [Wanted(one.model, one.runtime, None) for one in self.task.secondary]
        finders = [Wanted(self.task.model, self.task.runtime, self.size)] if self.size else []
        return [each for each in finders + readers if each.runtime != "auto"]

    def learn(self, runtimes: dict[str, str]) -> None:
        """Take in where its models run, so that no runtime need be timed again."""
        secondary = tuple(
            one.model_copy(update={"runtime": runtimes.get(one.model, one.runtime)}) if one.runtime == "auto" else one
            for one in self.task.secondary
        )
        runtime = runtimes.get(self.task.model, "auto") if self.task.runtime == "auto" else self.task.runtime
        self.task = self.task.model_copy(update={"runtime": runtime, "secondary": secondary})


class Book:
    """All streams of a supervisor.

    Args:
        tell: given what happens to them.
    """

    def __init__(self, tasks: Iterable[TaskConfig], tell: Callable[[Outward], None]) -> None:
        self.streams = {task.id: Stream.of(task) for task in tasks}
        self.models: list[str] = []
        self._tell = tell

    def add(self, task: TaskConfig) -> Stream:
        """Take in one more stream; what a run before left open of it ends."""
        stream = self.streams[task.id] = Stream.of(task)
        self._end_alarms(stream, "the run before ended without a word")
        return stream

    def is_over(self, member: str) -> bool:
        """Tell whether a stream is not to run any more, or is not known."""
        return member not in self.streams or self.streams[member].over

    def remove(self, member: str) -> None:
        """Forget a stream."""
        del self.streams[member]

    def take(self, news: News) -> None:
        """Take in what a worker told, and tell it on."""
        if isinstance(news, Told) and news.event.source_id in self.streams:
            ledger = self.streams[news.event.source_id].ledger
            ledger.take(news.event)
            ledger.store()
        self._tell(news)

    def take_reports(self, members: Collection[str], reports: Iterable[StreamReport]) -> None:
        """Take in what a worker did for its streams; what it says of others does not count."""
        for report in reports:
            if report.source_id in members:
                stream = self.streams[report.source_id]
                stream.report = report
                if report.state is not None and report.state != stream.state:
                    stream.state = report.state
                    self._tell(StateChange(report.source_id, report.state))

    def take_rows(self, members: Collection[str], rows: Iterable[StreamRow]) -> None:
        """Take in how far the streams of a worker are."""
        for row in rows:
            if row.source_id in members:
                self.streams[row.source_id].row = row

    def take_sizes(self, members: Collection[str], sizes: Mapping[str, tuple[int, int]]) -> None:
        """Take in how large the pictures of the streams of a worker are."""
        for each in members:
            self.streams[each].size = sizes.get(each, self.streams[each].size)

    def wanted(self, members: Iterable[str]) -> tuple[Wanted, ...]:
        """Return the models that some streams ask for when they start again, as far as is known."""
        return tuple(dict.fromkeys(model for each in members for model in self.streams[each].wanted))

    def running(self) -> list[str]:
        """Return the streams that are not over."""
        return [name for name, stream in self.streams.items() if not stream.over]

    def learn(self, models: Iterable[str], runtimes: dict[str, str]) -> None:
        """Take in which models run, and where, so that no runtime need be timed again."""
        self.models += [line for line in models if line not in self.models]
        for stream in self.streams.values():
            stream.learn(runtimes)

    def unfinished(self, members: Iterable[str]) -> list[str]:
        """Return the streams that have not come to their end."""
        return [each for each in members if not self.streams[each].row.ended]

    def delivering(self, members: Iterable[str]) -> list[str]:
        """Return the streams of which the worker that runs them now has results."""
        return [each for each in members if self.streams[each].report.results]

    def leave(self, members: Sequence[str]) -> list[str]:
        """Note that the worker of some streams is gone; return those that have not ended."""
        for each in members:
            self.streams[each].leave()
        return self.unfinished(members)

    def take_untold(self, member: str) -> list[Event]:
        """Return the events that the sinks of a stream have not got; whoever takes them delivers them."""
        stream = self.streams[member]
        untold, stream.untold = stream.untold, []
        return untold

    def finish(self, members: Iterable[str]) -> None:
        """Note that some streams are over."""
        for each in members:
            self.streams[each].over = True

    def lose(self, members: Iterable[str], detail: str, retry_s: float) -> None:
        """Tell that a fault has taken the worker of some streams, and end their alarms; `store` writes that down.

        Args:
            retry_s: until they start again.
        """
        for each in members:
            self._change(each, SourceState(Condition.OFFLINE, datetime.now(UTC), CRASH, detail, retry_s))
            self._end_alarms(self.streams[each], detail)

    def disable(self, member: str, detail: str) -> None:
        """Tell that a stream is not started again."""
        detail += "; disabled until it is enabled again"
        stream = self.streams[member]
        stream.before.errors.append(detail)
        stream.over = True
        self._change(member, SourceState(Condition.DISABLED, datetime.now(UTC), CRASH_LOOP, detail))

    def fail(self, line: str) -> None:
        """Note that nobody looks after the streams any more."""
        for stream in self.streams.values():
            if not stream.over:
                stream.before.errors.append(line)
                stream.over = True

    def close_old_alarms(self) -> None:
        """End what the run before left open."""
        for stream in self.streams.values():
            self._end_alarms(stream, "the run before ended without a word")
        self.store()

    def store(self) -> None:
        """Write down which alarms are open, where that has changed."""
        for stream in self.streams.values():
            stream.ledger.store()

    def _change(self, member: str, state: SourceState) -> None:
        """Tell a change of state, as a state and as an event."""
        self.streams[member].state = state
        self._tell(StateChange(member, state))
        self._tell_for(self.streams[member], state_event(member, state, 0.0))

    def _end_alarms(self, stream: Stream, detail: str) -> None:
        for event in stream.ledger.end_all(f"ended by a fault: {detail}"):
            self._tell_for(stream, event)

    def _tell_for(self, stream: Stream, event: Event) -> None:
        stream.ledger.take(event)
        stream.untold.append(event)
        self._tell(Told(event))


def added(first: StreamReport, second: StreamReport) -> StreamReport:
    """Return two reports of a stream as one: what counts is added, of the rest the second counts."""
    return replace(
        second, **{each.name: _added(getattr(first, each.name), getattr(second, each.name)) for each in fields(second)}
    )


def _added(first: Any, second: Any) -> Any:
    if isinstance(second, dict):
        return {key: first.get(key, 0) + second.get(key, 0) for key in _keys(first, second)}
    if isinstance(second, int | float | list) and not isinstance(second, bool):
        return first + second
    return second


def _keys(first: Iterable[str], second: Iterable[str]) -> list[str]:
    return list(dict.fromkeys([*first, *second]))
