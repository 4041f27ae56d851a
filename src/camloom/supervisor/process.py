"""One worker process, as its supervisor sees it."""

import math
import os
import signal
import socket
import time
from collections.abc import Sequence
from contextlib import suppress
from enum import Enum, auto

from camloom.supervisor.blame import blamed, stuck
from camloom.supervisor.channel import Channel
from camloom.supervisor.marks import Marks
from camloom.supervisor.messages import News, Order, Stop, read_news, write_order
from camloom.supervisor.nursery import Nursery

_TAKE_S = 10.0
_MAX_DUMP_BYTES = 1 << 20


class Phase(Enum):
    """Where in its life a worker is."""

    SPARE = auto()
    STARTING = auto()
    RUNNING = auto()
    LEAVING = auto()


class Process:
    """A worker and what ties it to us.

    Args:
        members: the streams that it is to run.
        nursery: bears it.

    Attributes:
        pid: None until it is born.
        loaded: a model runs; before it, a native loader may keep it from telling anything.
        heard_s: when it last told something.
        moving: the streams that are to run elsewhere once it has ended.
        finished: the streams that had come to their end when all had; None before.
        asked_s: when it was asked to end.
        was_spare: it was kept in reserve before.
        closed: nobody wants to know of it any more.
        killed_for: why it was killed by us, and the streams at fault as far as is known.
    """

    def __init__(self, members: Sequence[str], nursery: Nursery) -> None:
        self.members = list(members)
        self.phase = Phase.STARTING
        self.pid: int | None = None
        self.loaded = False
        self.heard_s = time.monotonic()
        self.moving: list[str] = []
        self.asked_s = math.inf
        self.finished: set[str] | None = None
        self.killed_for: tuple[str, list[str]] | None = None
        self.was_spare = self.closed = False
        ours, its = socket.socketpair()
        ours.setblocking(False)
        self.channel = Channel(ours)
        self._took_s = self.heard_s
        marks_file, self._dump = Marks.new_file(), os.memfd_create("camloom-crash", os.MFD_CLOEXEC)
        self._marks = Marks(marks_file)
        self._pidfd: int | None = None
        nursery.ask([its.fileno(), marks_file, self._dump])
        its.close()
        os.close(marks_file)

    def born(self, pid: int) -> None:
        """Note that it is there."""
        if self.closed:
            return
        self.pid = pid
        self.heard_s = self._took_s = time.monotonic()
        with suppress(OSError):
            self._pidfd = os.pidfd_open(pid)

    def employ(self, members: Sequence[str]) -> None:
        """Give streams to a spare one."""
        self.members = list(members)
        self.phase = Phase.STARTING
        self.was_spare = True
        self.heard_s = time.monotonic()

    def order(self, order: Order) -> None:
        """Tell it what to do; what it cannot take now, as it may not even be born, waits for `push`."""
        if not self.channel.has_posted:
            self._took_s = time.monotonic()
        self.channel.post(write_order(order))
        self.push()

    def push(self) -> None:
        """Let it have of its orders what it takes now; one that takes none of them is killed."""
        now_s = time.monotonic()
        try:
            if self.channel.push():
                self._took_s = now_s
        except OSError:
            return  # it is dying: that will be told
        if self.channel.has_posted and self.pid is not None and now_s - self._took_s > _TAKE_S:
            self.kill("takes no orders", [])

    def news(self) -> list[News] | None:
        """Return what it tells; None: it will tell no more. One that tells nonsense is killed."""
        try:
            messages = self.channel.receive()
            news = None if messages is None else [read_news(message) for message in messages]
        except ValueError:
            self.kill("talks nonsense", [])
            return None
        except BlockingIOError:
            return []
        self.heard_s = time.monotonic()
        return news

    def last_words(self) -> list[News]:
        """Return what it told and nobody has heard yet; it has ended."""
        words: list[News] = []
        while more := self.news():
            words += more
        return words

    def leave(self, moving: list[str]) -> None:
        """Ask it to end; the streams in `moving` are to run elsewhere then."""
        self.phase = Phase.LEAVING
        self.moving = moving
        self.asked_s = time.monotonic()
        self.order(Stop())

    def kill(self, why: str, at_fault: list[str]) -> None:
        """End it at once."""
        self.killed_for = self.killed_for or (why, at_fault)
        if self._pidfd is not None:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)

    def stuck(self) -> list[str]:
        """Return the streams that hang."""
        return stuck(self._marks.read(), time.monotonic())

    def blamed(self) -> str | None:
        """Return the stream that brought it down, if the crash tells."""
        if self.killed_for is not None:
            at_fault = self.killed_for[1]
            return at_fault[0] if len(at_fault) == 1 else None
        dump = os.pread(self._dump, _MAX_DUMP_BYTES, 0).decode("utf-8", "replace")
        return blamed(dump, self._marks.read())

    def close(self) -> None:
        """Let go of everything: it has ended, or it is a spare one, which ends when nobody holds its channel."""
        self.closed = True
        self.channel.close()
        self._marks.close()
        os.close(self._dump)
        if self._pidfd is not None:
            os.close(self._pidfd)
            self._pidfd = None
