"""The worker processes that there are: born, heard, let go."""

import logging
import time
from collections import deque
from collections.abc import Callable, Sequence

from camloom.errors import CamloomError
from camloom.supervisor.limits import Limits
from camloom.supervisor.loop import Loop
from camloom.supervisor.messages import News, Prepare
from camloom.supervisor.nursery import Birth, Nursery
from camloom.supervisor.process import Phase, Process
from camloom.supervisor.reserve import Reserve

_FIRST_LOAD_S = 120.0
_MOST_LOSSES, _LOSSES_S = 3, 30.0
_logger = logging.getLogger(__name__)


class Staff:
    """The workers of a supervisor, one in reserve, and the template that all are copies of.

    Args:
        loop: waits for them.
        on_news: given what a worker tells.
        on_death: given a worker that has ended, and its exit code; negative: the signal that ended it.
        on_loss: given the workers that were lost with the template.

    Attributes:
        workers: those that have something to do.
        reserve: says when a worker is kept in reserve.
    """

    def __init__(
        self,
        loop: Loop,
        limits: Limits,
        *,
        on_news: Callable[[Process, News], None],
        on_death: Callable[[Process, int], None],
        on_loss: Callable[[Sequence[Process]], None],
    ) -> None:
        self.workers: list[Process] = []
        self.reserve = Reserve(after_s=limits.spare_after_s)
        self._loop = loop
        self._limits = limits
        self._on_news, self._on_death, self._on_loss = on_news, on_death, on_loss
        self._unborn: deque[Process] = deque()
        self._lost_s: deque[float] = deque(maxlen=_MOST_LOSSES)
        self.nursery = self._new_nursery()

    def hire(self, members: Sequence[str], *, urgent: bool = False) -> Process:
        """Return a new worker.

        Args:
            urgent: take the one in reserve, if it is ready.
        """
        self.reserve.disturb()
        process = self.reserve.take() if urgent else None
        if process is not None:
            process.employ(members)
        else:
            if urgent:
                self.let_reserve_go()  # it still loads, and would only be in the way
            process = self._new_process(members)
        self.workers.append(process)
        return process

    def dismiss(self, process: Process) -> None:
        """Let go of a worker that has ended."""
        self.workers.remove(process)
        self._release(process)

    def look_after_reserve(self) -> None:
        """Make a worker to keep in reserve, or let it go, if it is time."""
        if why := self.reserve.why_unfit():
            _logger.info("the worker in reserve is let go: %s", why)
            self.let_reserve_go()
        if self.reserve.is_due():
            process = self._new_process([])
            process.phase = Phase.SPARE
            limits = self._limits
            process.order(Prepare(self.reserve.keep(process), limits.threads, limits.memory_bytes))

    def let_reserve_go(self) -> None:
        """End the worker in reserve, if there is one."""
        process, self.reserve.process = self.reserve.process, None
        if process is not None:
            process.kill("is not needed", [])
            self._release(process)

    def push(self) -> bool:
        """Go on with orders that workers could not take at once; tell whether some still wait."""
        spare = self.reserve.process
        everybody = self.workers if spare is None else [*self.workers, spare]
        for process in everybody:
            process.push()
        return any(process.channel.has_posted for process in everybody)

    def kill_wedged(self) -> None:
        """Kill workers that say nothing or whose decoder hangs."""
        limits, now_s = self._limits, time.monotonic()
        for process in self.workers:
            silence_s = limits.wedged_s + (0.0 if process.loaded else _FIRST_LOAD_S)
            if now_s - process.heard_s > silence_s:
                process.kill("has said nothing for too long", [])
            elif now_s - process.asked_s > limits.end_s:
                process.kill("did not end when it was asked to", [])
            elif hung := process.stuck():
                process.kill(f"hangs in a decoder ({', '.join(hung)})", hung)

    def close(self) -> None:
        """End all that still run."""
        self.let_reserve_go()
        for process in self.workers:
            process.close()
        self.nursery.close()

    def _new_nursery(self) -> Nursery:
        nursery = Nursery()
        self._loop.watch(nursery, self._hear_nursery)
        return nursery

    def _new_process(self, members: Sequence[str]) -> Process:
        process = Process(members, self.nursery)
        self._unborn.append(process)
        self._loop.watch(process.channel, lambda: self._hear(process))
        return process

    def _release(self, process: Process) -> None:
        self._loop.forget(process.channel)
        process.close()

    def _hear(self, process: Process) -> None:
        news = process.news()
        if news is None:
            self._loop.forget(process.channel)
        for each in news or ():
            self._on_news(process, each)

    def _hear_nursery(self) -> None:
        news = self.nursery.news()
        if news is None:
            self._lose_nursery()
            return
        for each in news:
            if isinstance(each, Birth):
                self._unborn.popleft().born(each.pid)
            else:
                self._take_death(each.pid, each.status)

    def _take_death(self, pid: int, status: int) -> None:
        spare = self.reserve.process
        if spare is not None and spare.pid == pid:
            _logger.info("the worker in reserve ended by itself, with code %d", status)
            self.reserve.lose()
            self.let_reserve_go()
            return
        process = next((one for one in self.workers if one.pid == pid), None)
        if process is not None:
            self._on_death(process, status)

    def _lose_nursery(self) -> None:
        """The template is gone, killed by somebody, and all workers with it: nobody here is to blame."""
        self._loop.forget(self.nursery)
        self.nursery.close()
        self._lost_s.append(time.monotonic())
        if len(self._lost_s) == _MOST_LOSSES and self._lost_s[-1] - self._lost_s[0] < _LOSSES_S:
            raise CamloomError("the process that makes workers dies again and again", "Look at the memory, and the log")
        self.let_reserve_go()
        self.nursery = self._new_nursery()
        self._unborn.clear()
        self._on_loss(list(self.workers))
