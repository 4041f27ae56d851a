"""Watches over the workers: starts them, hears them, and does what must be done when one dies."""

import logging
import os
import selectors
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress

from camloom.config import TaskConfig
from camloom.errors import CamloomError
from camloom.supervisor.blame import told_end
from camloom.supervisor.book import Book, Outward, Stream
from camloom.supervisor.changes import Changes
from camloom.supervisor.grouping import Group, Grouping, Patience
from camloom.supervisor.limits import Limits
from camloom.supervisor.messages import Add, Beat, Deliver, Ended, Gone, News, Order, Start, Started, Told
from camloom.supervisor.nursery import Birth, Nursery
from camloom.supervisor.process import Phase, Process

_TICK_S = 0.1
_FIRST_LOAD_S = 120.0
_MOST_LOSSES, _LOSSES_S = 3, 30.0
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
        self._processes: list[Process] = []
        self._unborn: deque[Process] = deque()
        self._calls: deque[Callable[[], object]] = deque()
        self._stopping = self._closing = self._closed = False
        self._lock = threading.Lock()
        self._lost_s: deque[float] = deque(maxlen=_MOST_LOSSES)
        self._waits = selectors.DefaultSelector()
        self._wake_read, self._wake_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._waits.register(self._wake_read, selectors.EVENT_READ, lambda: os.read(self._wake_read, 4096))
        self.changes = Changes(
            self.book,
            self._grouping,
            self._processes,
            limits.processes,
            begin=self._begin,
            unschedule=self._unschedule,
        )
        self._nursery = self._new_nursery()
        self._thread = threading.Thread(target=self._run, name="supervisor", daemon=True)

    def start(self) -> None:
        """Begin; `settled` tells when every first worker runs or has failed."""
        self.book.close_old_alarms()
        self._begin(self._first.pop(0))
        self._thread.start()

    def stop(self) -> None:
        """Ask every stream to end; any thread."""
        self._call(self._stop)

    def enable(self, task_id: str) -> None:
        """Start a disabled stream again; any thread."""
        self._call(lambda: self._enable(task_id))

    def send(self, task_id: str, order: Order) -> None:
        """Give an order to the worker of a stream; any thread."""
        self._call(lambda: self._send(task_id, order))

    def want(self, task_id: str, task: TaskConfig | None) -> None:
        """Add a stream, change it, or (None) let it go; any thread."""
        self._call(lambda: self._want(task_id, task))

    def close(self) -> None:
        """End everything, at once; may be called twice."""
        self._closing = True
        self._call(lambda: None)
        if self._thread.is_alive():
            self._thread.join()

    @property
    def alive(self) -> bool:
        """Whether somebody watches."""
        return self._thread.is_alive()

    def _call(self, action: Callable[[], object]) -> None:
        with self._lock:
            if not self._closed:
                self._calls.append(action)
                with suppress(BlockingIOError):  # full: it will wake anyhow
                    os.write(self._wake_write, b"\0")

    def _run(self) -> None:
        try:
            while not self._closing:
                for key, _ in self._waits.select(_TICK_S):
                    if self._waits.get_map().get(key.fd) == key:  # what came before it may have closed it
                        key.data()
                while self._calls:
                    self._calls.popleft()()
                self._look_after()
        except Exception as error:
            _logger.exception("the supervisor failed")
            self.book.fail(f"the supervisor failed: {error}")
        finally:
            self._end()

    def _look_after(self) -> None:
        self.changes.settle()
        self._start_due()
        self._kill_wedged()
        self._bring_home()
        if any(each.phase is Phase.STARTING for each in self._processes):
            return
        if self._first:
            self._begin(self._first.pop(0))
            return
        self.settled.set()
        self._deliver_untold()
        idle = not self._processes and not self.changes.waiting
        if idle and all(stream.over for stream in self.book.streams.values()):
            self.over.set()

    # --- workers come ---

    def _new_nursery(self) -> Nursery:
        nursery = Nursery()
        self._waits.register(nursery, selectors.EVENT_READ, self._hear_nursery)
        return nursery

    def _begin(self, members: Sequence[str]) -> None:
        """Start a worker for some streams."""
        streams = [self.book.streams[each] for each in members if not self.book.is_over(each)]
        if not streams or self._stopping:
            return
        process = self._new_process([each.task.id for each in streams])
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
        )

    def _deliver_untold(self) -> None:
        """Let the sinks of streams that will not run again have what happened to them, in a process of its own."""
        for name, stream in self.book.streams.items():
            if stream.over and stream.untold and not self._closing:
                process = self._new_process([])
                process.phase = Phase.RUNNING
                events = tuple(self.book.take_untold(name))
                process.order(Deliver(stream.task, events, self._limits.screen))

    def _new_process(self, members: Sequence[str]) -> Process:
        process = Process(members, self._nursery)
        self._processes.append(process)
        self._unborn.append(process)
        self._waits.register(process.channel, selectors.EVENT_READ, lambda: self._hear(process))
        return process

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

    def _hear_nursery(self) -> None:
        news = self._nursery.news()
        if news is None:
            self._lose_nursery()
            return
        for each in news:
            if isinstance(each, Birth):
                self._unborn.popleft().born(each.pid)
                continue
            process = next((one for one in self._processes if one.pid == each.pid), None)
            if process is not None:
                self._bury(process, each.status)

    def _hear(self, process: Process) -> None:
        news = process.news()
        if news is None:
            self._waits.unregister(process.channel)
        for each in news or ():
            self._take(process, each)

    def _take(self, process: Process, news: News) -> None:
        if isinstance(news, Told) and news.event.source_id in self.book.streams.keys() - set(process.members):
            return  # of a stream that another worker runs: a decoder was taken over, or made to say anything
        match news:
            case Started():
                self._take_start(process, news)
            case Beat():
                process.loaded |= bool(news.models)
                self.book.take_rows(process.members, news.rows)
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

    def _kill_wedged(self) -> None:
        limits, now_s = self._limits, time.monotonic()
        for process in self._processes:
            silence_s = limits.wedged_s + (0.0 if process.loaded else _FIRST_LOAD_S)
            if now_s - process.heard_s > silence_s:
                process.kill("has said nothing for too long", [])
            elif now_s - process.asked_s > limits.end_s:
                process.kill("did not end when it was asked to", [])
            elif hung := process.stuck():
                process.kill(f"hangs in a decoder ({', '.join(hung)})", hung)

    def _lose_nursery(self) -> None:
        """The template is gone, killed by somebody, and all workers with it: nobody here is to blame."""
        self._waits.unregister(self._nursery)
        self._nursery.close()
        self._lost_s.append(time.monotonic())
        if len(self._lost_s) == _MOST_LOSSES and self._lost_s[-1] - self._lost_s[0] < _LOSSES_S:
            raise CamloomError("the process that makes workers dies again and again", "Look at the memory, and the log")
        self._nursery = self._new_nursery()
        self._unborn.clear()
        for process in list(self._processes):
            members = self._forget(process)
            self.book.lose(members, "its worker was lost", 0.0)
            self._schedule([Group(tuple(members))])

    def _bury(self, process: Process, status: int) -> None:
        """Do what is due after the end of a worker."""
        for news in process.last_words():
            self._take(process, news)
        blamed = process.blamed()
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
        self._processes.remove(process)
        if process.channel.fileno() in self._waits.get_map():
            self._waits.unregister(process.channel)
        process.close()
        return self.book.leave(process.members)

    def _crash(self, members: Sequence[str], blamed: str | None, how: str) -> None:
        groups = self._grouping.crashed(members, blamed) if members else []
        at_fault = members[0] if len(members) == 1 else blamed or "not known yet"
        _logger.warning("a worker of %d streams %s; at fault: %s", len(members), how, at_fault)
        delays_s = {each: group.delay_s for group in groups for each in group.members}
        for each in members:
            self.book.lose([each], f"its worker {how}", delays_s.get(each, 0.0))
            if self._grouping.disabled(each):
                self.book.disable(each, f"crashed {self._grouping.crashes(each)} times: its worker {how}")
        self._schedule(groups)

    def _schedule(self, groups: Iterable[Group]) -> None:
        now_s = time.monotonic()
        self._due += [(now_s + group.delay_s, group.members) for group in groups]
        self._start_due()

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
        trusted = [each for each in self._processes if self._all_trusted(each)]
        trusted.sort(key=lambda each: len(each.members), reverse=True)
        for process in trusted[self._limits.processes :]:
            process.leave(self.book.unfinished(process.members))

    def _all_trusted(self, process: Process) -> bool:
        members = process.members
        running = process.phase is Phase.RUNNING and process.finished is None
        return running and bool(members) and len(self._grouping.trusted(members)) == len(members)

    def _move(self, members: Sequence[str]) -> None:
        homes = [each for each in self._processes if self._all_trusted(each)]
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
        for process in self._processes:
            if task_id in process.members:
                process.order(order)

    def _stop(self) -> None:
        self._stopping = True
        self.changes.drop()
        waiting = {each for _, members in self._due for each in members} | {each for one in self._first for each in one}
        self._due, self._first = [], []
        self.book.finish(waiting)
        for process in self._processes:
            process.leave([])

    def _enable(self, task_id: str) -> None:
        stream = self.book.streams[task_id]
        if stream.over and self._grouping.disabled(task_id) and not self._stopping:
            self._grouping.enable(task_id)
            stream.over = False
            self._begin([task_id])

    def _end(self) -> None:
        for process in self._processes:
            process.close()
        self._nursery.close()
        self._waits.close()
        with self._lock:
            self._closed = True
            os.close(self._wake_read)
            os.close(self._wake_write)
        self.settled.set()
        self.over.set()


def _spread(streams: list[str], count: int) -> list[tuple[str, ...]]:
    count = max(1, min(count, len(streams)))
    return [tuple(streams[number::count]) for number in range(count)]
