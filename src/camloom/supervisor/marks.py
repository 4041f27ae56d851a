"""Who does what at this moment, in memory that outlives a crash.

Each thread that reads a stream writes down which one, and until when it will have moved on at the latest, into a slot
of its own. When the process is gone or hangs, its supervisor still reads the slots.
"""

import math
import mmap
import os
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from camloom.config import TaskConfig
from camloom.packets import Packet, StreamInfo
from camloom.sources.base import Source

_SLOT = struct.Struct("<Q64sd")
"""Identity of the thread (0: free), id of the stream, until when it will have moved on (0: no promise)."""
SLOTS = 512
_SILENCES = 3
_LEAST_WAIT_S = 45.0
_USUAL_TIMEOUT_S = 15.0


@dataclass(frozen=True, slots=True)
class Mark:
    """What one thread does.

    Attributes:
        thread: its identity, as `threading.get_ident` gives it.
        until_s: by then it will have moved on, as `time.monotonic`; 0: nobody knows.
    """

    thread: int
    source_id: str
    until_s: float


class Marks:
    """The slots of one worker.

    Args:
        descriptor: of a memory file; the caller closes it.
    """

    def __init__(self, descriptor: int) -> None:
        self._memory = mmap.mmap(descriptor, SLOTS * _SLOT.size)
        self._free = list(range(SLOTS))
        self._lock = threading.Lock()

    @staticmethod
    def new_file() -> int:
        """Return the descriptor of an empty memory file of the right size."""
        descriptor = os.memfd_create("camloom-marks", os.MFD_CLOEXEC)
        os.ftruncate(descriptor, SLOTS * _SLOT.size)
        return descriptor

    @contextmanager
    def slot(self) -> Iterator[Callable[[bytes, float], None]]:
        """Give the calling thread a place to write down its stream and when it moves on; none if all are taken."""
        with self._lock:
            number = self._free.pop() if self._free else None
        if number is None:
            yield lambda *_: None
            return
        try:
            yield partial(_SLOT.pack_into, self._memory, number * _SLOT.size, threading.get_ident())
        finally:
            _SLOT.pack_into(self._memory, number * _SLOT.size, 0, b"", 0.0)
            with self._lock:
                self._free.append(number)

    def read(self) -> list[Mark]:
        """Return what all threads do, or did last."""
        slots = _SLOT.iter_unpack(self._memory[: SLOTS * _SLOT.size])
        return [
            Mark(thread, name.rstrip(b"\0").decode("utf-8", "replace"), until_s)
            for thread, name, until_s in slots
            if thread
        ]

    def close(self) -> None:
        """Free the memory."""
        self._memory.close()


class MarkedSource:
    """A source whose thread says what it does; for the rest it is the source that it wraps.

    Args:
        work_s: longest time that the steps after the source take for one packet.
    """

    def __init__(self, task: TaskConfig, source: Source, marks: Marks, work_s: float) -> None:
        self._source = source
        self._marks = marks
        self._id = task.id.encode()
        self._work_s = work_s
        timeout_s = getattr(task.source.config, "timeout_s", _USUAL_TIMEOUT_S)
        self._wait_s = max(_LEAST_WAIT_S, _SILENCES * timeout_s)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._source, name)

    def open(self) -> StreamInfo:
        """See `Source`. A camera gives up in time when nobody answers; a file may have to be fetched first."""
        camera = bool(getattr(self._source, "reconnects", False))
        with self._marks.slot() as mark:
            mark(self._id, time.monotonic() + self._wait_s if camera else 0.0)
            info = self._source.open()
        if not info.live:
            self._work_s = self._wait_s = math.inf
        return info

    def packets(self) -> Iterator[Packet]:
        """See `Source`. What happens between two packets is work on the first of them.

        A file promises nothing: it may have to wait for slow sinks.
        """
        with self._marks.slot() as mark:
            mark(self._id, time.monotonic() + self._wait_s)
            for packet in self._source.packets():
                mark(self._id, time.monotonic() + self._work_s)
                yield packet
                mark(self._id, time.monotonic() + self._wait_s)
