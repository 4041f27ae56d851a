"""Watches over the workers: starts them, hears them, and does what must be done when one dies."""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence

from camloom.config import TaskConfig
from camloom.redaction import log_unexpected, unexpected
from camloom.supervisor.blame import told_end
from camloom.supervisor.book import Book, Outward, Stream
from camloom.supervisor.changes import Changes
from camloom.supervisor.grouping import Group, Grouping, Patience
from camloom.supervisor.limits import Limits
from camloom.supervisor.loop import Loop
from camloom.supervisor.messages import Add, Beat, Deliver, Ended, Gone, News, Order, Ready, Start, Started, Told
from camloom.supervisor.process import Phase, Process
from camloom.supervisor.staff import Staff

_TICK_S = 0.1
_PUSH_S = 0.005
_logger = logging.getLogger(__name__)


class Watcher:
    """Runs the streams of some tasks in worker processes, on a thread of its own.

    Args:
        tell: given what happens, on the thread of the watcher; must be quick.
    """

    def __init__(
        self, tasks: Sequence[TaskConfig], limits: Limits, patience: Patience, tell: Callable[[Outward], None]
    ) -> None:
        self.book = Book(tasks, tell)
        self.refusal: Started | None = None
        self.settled = threading.Event()
        self.over = threading.Event()
        self._limits = limits
        self._tell = tell
        self._grouping = Grouping(patience)
        self._due: list[tuple[float, tuple[str, ...]]] = []
        self._first = _spread([task.id for task in tasks], limits.processes)
        self._stopping = self._closing = False
        self._loop = Loop()
        self.staff = Staff(self._loop, limits, on_news=self._take, on_death=self._bury, on_loss=self._lose)
        self.changes = Changes(
            self.book,
            self._grouping,
            self.staff.workers,
            limits.processes,
            begin=self._begin,
            unschedule=self._unschedule,
        )
        self._thread = threading.Thread(target=self._run, name="supervisor", daemon=True)

    def start(self) -> None:
        """Begin; `settled` tells when every first worker runs or has failed."""
        self.book.close_old_alarms()
        self._begin(self._first.pop(0))
        self._thread.start()

    def stop(self) -> None:
        """Ask every stream to end; any thread."""
        self._loop.call(self._stop)

    def enable(self, task_id: str) -> None:
        """Start a disabled stream again; any thread."""
        self._loop.call(lambda: self._enable(task_id))

    def send(self, task_id: str, order: Order) -> None:
        """Give an order to the worker of a stream; any thread."""
        self._loop.call(lambda: self._send(task_id, order))

    def want(self, task_id: str, task: TaskConfig | None) -> None:
        """Add a stream, change it, or (None) let it go; any thread."""
        self._loop.call(lambda: self._want(task_id, task))

    def close(self) -> None:
        """End everything, at once; may be called twice."""
        self._closing = True
        self._loop.call(lambda: None)
        if self._thread.is_alive():
            self._thread.join()

    @property
    def alive(self) -> bool:
        """Whether somebody watches."""
        return self._thread.is_alive()

    def _run(self) -> None:
        try:
            while not self._closing:
                self._loop.turn(_PUSH_S if self.staff.push() else _TICK_S)
                self._look_after()
        except Exception as error:  # noqa: BLE001  # whoever waits for its end must be told
            log_unexpected(_logger, "the supervisor failed", error)
            self.book.fail(f"the supervisor failed: {unexpected(error)}")
        finally:
            self._end()

    def _look_after(self) -> None:
        self.changes.settle()
        self._start_due()
        self.staff.kill_wedged()
        self.book.store()
        self._bring_home()
        if any(each.phase is Phase.STARTING for each in self.staff.workers):
            return
        if self._first:
            self._begin(self._first.pop(0))
            return
        self.settled.set()
        self._deliver_untold()
        self._look_after_reserve()
        idle = not self.staff.workers and not self.changes.waiting
        if idle and all(stream.over for stream in self.book.streams.values()):
            self.over.set()

    def _look_after_reserve(self) -> None:
        """Keep a worker in reserve while one has neighbours to lose; a lone stream waits after a crash anyhow."""
        running = [] if self._stopping else self.book.running()
        crowded = any(len(each.members) > 1 for each in self.staff.workers)
        self.staff.reserve.need(self.book.wanted(running) if crowded else ())
        self.staff.look_after_reserve()

    # --- workers come ---

    def _begin(self, members: Sequence[str], *, urgent: bool = False) -> None:
        """Start a worker for some streams.

        Args:
            urgent: with the worker in reserve, if it is ready.
        """
        streams = [self.book.streams[each] for each in members if not self.book.is_over(each)]
        if not streams or self._stopping:
            return
        process = self.staff.hire([each.task.id for each in streams], urgent=urgent)
        process.order(self._start_order(streams))
        for stream in streams:
            stream.begin()

    def _start_order(self, streams: Sequence[Stream]) -> Start:
        limits = self._limits
        return Start(
            tuple(each.task for each in streams),
            threads=limits.threads,
            memory_bytes=limits.memory_bytes,
            resumed=tuple(each.task.id for each in streams if each.ran),
            untold={each.task.id: self.book.take_untold(each.task.id) for each in streams},
            work_s=limits.wedged_s,
            screen=limits.screen,
            wanted=self.book.wanted(each.task.id for each in streams),
        )

    def _deliver_untold(self) -> None:
        """Let the sinks of streams that will not run again have what happened to them, in a process of its own."""
        for name, stream in self.book.streams.items():
            if stream.over and stream.untold and not self._closing:
                process = self.staff.hire([])
                process.phase = Phase.RUNNING
                events = tuple(self.book.take_untold(name))
                process.order(Deliver(stream.task, events, self._limits.screen))

    def _start_due(self) -> None:
        now_s = time.monotonic()
        due = [members for at_s, members in self._due if at_s <= now_s]
        self._due = [each for each in self._due if each[0] > now_s]
        for members in due:
            self._begin(members)

    def _unschedule(self, member: str) -> None:
        """Do not start a stream that was to start later."""
        self._due = [(at_s, tuple(one for one in members if one != member)) for at_s, members in self._due]
        self._first = [tuple(one for one in members if one != member) for members in self._first]

    # --- workers tell ---

    def _take(self, process: Process, news: News) -> None:
        if isinstance(news, Told) and news.event.source_id in self.book.streams.keys() - set(process.members):
            return  # of a stream that another worker runs: a decoder was taken over, or made to say anything
        match news:
            case Started():
                self._take_start(process, news)
            case Ready():
                process.loaded = True
            case Beat():
                process.loaded |= bool(news.models)
                self.book.take_rows(process.members, news.rows)
                self.book.take_sizes(process.members, news.sizes)
                self.book.learn(news.models, news.runtimes)
                self._grouping.alive(self.book.delivering(process.members))
            case Gone():
                self.changes.gone(process, news.task_id)
            case Ended():
                process.finished = {report.source_id for report in news.reports}
        if isinstance(news, Started | Beat | Ended):
            self.book.take_reports(process.members, news.reports)
        self.book.take(news)

    def _take_start(self, process: Process, news: Started) -> None:
        process.phase = Phase.RUNNING if process.phase is Phase.STARTING else process.phase
        if news.error is not None and len(self.book.streams) == 1:
            self.refusal = news

    # --- workers go ---

    def _lose(self, workers: Iterable[Process]) -> None:
        """Start the streams of workers again that were lost with the template: nobody here is to blame."""
        for process in workers:
            members = self._forget(process)
            self.book.lose(members, "its worker was lost", 0.0)
            self._schedule([Group(tuple(members))])

    def _bury(self, process: Process, status: int) -> None:
        """Do what is due after the end of a worker."""
        for news in process.last_words():
            self._take(process, news)
        blamed = process.blamed()
        if process.was_spare and not self.book.delivering(process.members):
            self.staff.reserve.lose()  # it may be that what is loaded ahead is what kills
        members = self._forget(process)
        if self._stopping:
            self.book.finish(process.members)
        elif not process.members:
            pass  # it only delivered something; what it could not it has told
        elif process.moving and status == 0:
            self._move(process.moving)
        elif process.finished is not None:
            self.book.finish(process.finished)
            self._begin([each for each in process.members if each not in process.finished])
        else:
            self._crash(
                members, blamed, f"was killed: it {process.killed_for[0]}" if process.killed_for else told_end(status)
            )

    def _forget(self, process: Process) -> list[str]:
        """Let go of a worker; return its streams that have not ended."""
        self.staff.dismiss(process)
        return self.book.leave(process.members)

    def _crash(self, members: Sequence[str], blamed: str | None, how: str) -> None:
        groups = self._grouping.crashed(members, blamed) if members else []
        delays_s = {each: group.delay_s for group in groups for each in group.members}
        for each in members:
            self.book.lose([each], f"its worker {how}", delays_s.get(each, 0.0))
            if self._grouping.disabled(each):
                self.book.disable(each, f"crashed {self._grouping.crashes(each)} times: its worker {how}")
        self._schedule(groups)
        at_fault = members[0] if len(members) == 1 else blamed or "not known yet"
        _logger.warning("a worker of %d streams %s; at fault: %s", len(members), how, at_fault)

    def _schedule(self, groups: Iterable[Group]) -> None:
        """Start groups of streams when it is time; the first one that need not wait gets the worker in reserve."""
        now_s = time.monotonic()
        for group in groups:
            if group.delay_s:
                self._due.append((now_s + group.delay_s, group.members))
            else:
                self._begin(group.members, urgent=True)

    # --- streams come and go ---

    def _want(self, task_id: str, task: TaskConfig | None) -> None:
        if not self._stopping:
            self.changes.want(task_id, task)
            self.over.clear()

    # --- streams move ---

    def _bring_home(self) -> None:
        """Let streams that are trusted again, or always were, run together."""
        if self._stopping or self._first:
            return
        trusted = [each for each in self.staff.workers if self._all_trusted(each)]
        trusted.sort(key=lambda each: len(each.members), reverse=True)
        for process in trusted[self._limits.processes :]:
            process.leave(self.book.unfinished(process.members))

    def _all_trusted(self, process: Process) -> bool:
        members = process.members
        running = process.phase is Phase.RUNNING and process.finished is None
        return running and bool(members) and len(self._grouping.trusted(members)) == len(members)

    def _move(self, members: Sequence[str]) -> None:
        homes = [each for each in self.staff.workers if self._all_trusted(each)]
        members = [each for each in members if not self.book.is_over(each)]
        if not homes:
            self._begin(members)
            return
        home = max(homes, key=lambda each: len(each.members))
        for each in members:
            stream = self.book.streams[each]
            stream.begin()
            home.members.append(each)
            home.order(Add(stream.task, tuple(self.book.take_untold(each))))

    # --- the end ---

    def _send(self, task_id: str, order: Order) -> None:
        for process in self.staff.workers:
            if task_id in process.members:
                process.order(order)

    def _stop(self) -> None:
        self._stopping = True
        self.changes.drop()
        waiting = {each for _, members in self._due for each in members} | {each for one in self._first for each in one}
        self._due, self._first = [], []
        self.book.finish(waiting)
        for process in self.staff.workers:
            process.leave([])
        self.staff.let_reserve_go()

    def _enable(self, task_id: str) -> None:
        stream = self.book.streams[task_id]
        if stream.over and self._grouping.disabled(task_id) and not self._stopping:
            self._grouping.enable(task_id)
            stream.over = False
            self._begin([task_id])

    def _end(self) -> None:
        self.staff.close()
        self.book.store()
        self._loop.close()
        self.settled.set()
        self.over.set()


def _spread(streams: list[str], count: int) -> list[tuple[str, ...]]:
    count = max(1, min(count, len(streams)))
    return [tuple(streams[number::count]) for number in range(count)]
