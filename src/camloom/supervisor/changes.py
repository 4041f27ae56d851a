"""Streams that come, go and change while the others run on."""

from collections.abc import Callable, Sequence

from camloom.config import TaskConfig
from camloom.runner.edit import only_rules_differ, unchanged_rules
from camloom.supervisor.book import Book, Stream
from camloom.supervisor.grouping import Grouping
from camloom.supervisor.messages import Add, Edit, Remove
from camloom.supervisor.process import Phase, Process


class Changes:
    """Brings the streams to what is wanted of them, step by step: what cannot be done yet is tried again.

    An edit of nothing but rules, zones and lines goes to the worker, and the stream runs on. With any other edit that
    stream ends, alone, and begins again.

    Args:
        book: of the streams.
        grouping: forgets those that go.
        processes: the workers, as they are at any moment.
        most: so many workers share the streams.
        begin: starts a worker for a stream.
        unschedule: lets go of a start that was put off.
    """

    def __init__(
        self,
        book: Book,
        grouping: Grouping,
        processes: list[Process],
        most: int,
        *,
        begin: Callable[[Sequence[str]], None],
        unschedule: Callable[[str], None],
    ) -> None:
        self._book = book
        self._grouping = grouping
        self._processes = processes
        self._most = most
        self._begin = begin
        self._unschedule = unschedule
        self._wanted: dict[str, TaskConfig | None] = {}
        self._leaving: set[str] = set()

    def want(self, task_id: str, task: TaskConfig | None) -> None:
        """Say what is to become of a stream; None: it is to go."""
        self._wanted[task_id] = task

    def drop(self) -> None:
        """Want nothing any more: everything ends."""
        self._wanted.clear()

    @property
    def waiting(self) -> bool:
        """Whether something is still to be done."""
        return bool(self._wanted)

    def gone(self, process: Process, task_id: str) -> None:
        """Take in that a worker has let go of a stream."""
        if task_id in self._leaving and task_id in process.members:
            process.members.remove(task_id)

    def settle(self) -> None:
        """Do what can be done now."""
        for task_id, task in list(self._wanted.items()):
            if self._step(task_id, task):
                del self._wanted[task_id]

    def _step(self, task_id: str, task: TaskConfig | None) -> bool:
        """Do the next step for a stream; tell whether it was the last."""
        stream = self._book.streams.get(task_id)
        process = next((one for one in self._processes if task_id in one.members), None)
        if process is not None and process.phase is Phase.STARTING:
            return False
        if stream is None:
            return task is None or self._add(task)
        if task is not None and not stream.over and not stream.row.ended:
            task = _adopted(stream.task, task)
            if only_rules_differ(stream.task, task):
                self._edit(stream, task, process)
                return True
        self._leave(stream, process)
        return False

    def _add(self, task: TaskConfig) -> bool:
        if any(one.phase is Phase.STARTING for one in self._processes):
            return False  # it may be the one to share
        stream = self._book.add(task)
        homes = [one for one in self._processes if self._is_home(one)]
        if len(homes) < self._most:
            self._begin([task.id])
            return True
        home = min(homes, key=lambda one: len(one.members))
        stream.begin()
        home.members.append(task.id)
        home.order(Add(stream.task, tuple(self._book.take_untold(task.id))))
        return True

    def _is_home(self, process: Process) -> bool:
        members = process.members
        running = process.phase is Phase.RUNNING and process.finished is None and bool(members)
        return running and len(self._grouping.trusted(members)) == len(members)

    def _edit(self, stream: Stream, task: TaskConfig, process: Process | None) -> None:
        kept = unchanged_rules(stream.task, task)
        stream.task = task
        if process is not None:
            process.order(Edit(task, tuple(sorted(kept))))

    def _leave(self, stream: Stream, process: Process | None) -> None:
        """Let a stream end; forget it once it has, and its sinks have been told all."""
        name = stream.task.id
        if name not in self._leaving:
            self._leaving.add(name)
            stream.over = True  # nobody starts it again meanwhile
            self._unschedule(name)
            if process is not None:
                self._ask_to_leave(name, process)
        elif process is None and not stream.untold:
            self._leaving.discard(name)
            self._unschedule(name)  # it may have crashed while it left
            self._grouping.enable(name)
            self._book.remove(name)

    def _ask_to_leave(self, name: str, process: Process) -> None:
        process.moving = [one for one in process.moving if one != name]
        if process.phase is Phase.LEAVING:
            return
        if all(self._book.streams[one].over or self._book.streams[one].row.ended for one in process.members):
            process.leave([])
        else:
            process.order(Remove(name))


def _adopted(old: TaskConfig, new: TaskConfig) -> TaskConfig:
    """Return a task with the runtimes that were found best already, where it leaves the choice."""
    readers = {one.model: one.runtime for one in old.secondary}
    secondary = tuple(
        one.model_copy(update={"runtime": readers.get(one.model, "auto")}) if one.runtime == "auto" else one
        for one in new.secondary
    )
    runtime = old.runtime if new.runtime == "auto" and new.model == old.model else new.runtime
    return new.model_copy(update={"runtime": runtime, "secondary": secondary})
