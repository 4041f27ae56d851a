"""Who does what at this moment, in memory that outlives a crash.

Each thread that reads a stream writes down which one, and since when it works on a packet, into a slot of its own.
When the process is gone, its supervisor still reads the slots.
"""

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
"""Identity of the thread (0: free), id of the stream, since when it works on a packet (0: it waits)."""
SLOTS = 512


@dataclass(frozen=True, slots=True)
class Mark:
    """What one thread does.

    Attributes:
        thread: its identity, as `threading.get_ident` gives it.
        since_s: since when it works on one packet, as `time.monotonic`; 0 while it waits for one.
    """

    thread: int
    source_id: str
    since_s: float


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
        """Give the calling thread a place to write down its stream and since when it works; none if all are taken."""
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
            Mark(thread, name.rstrip(b"\0").decode("utf-8", "replace"), since_s)
            for thread, name, since_s in slots
            if thread
        ]

    def close(self) -> None:
        """Free the memory."""
        self._memory.close()


class MarkedSource:
    """A source whose thread says what it does; for the rest it is the source that it wraps."""

    def __init__(self, task: TaskConfig, source: Source, marks: Marks) -> None:
        self._source = source
        self._marks = marks
        self._id = task.id.encode()
        self._live = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._source, name)

    def open(self) -> StreamInfo:
        """See `Source`."""
        with self._marks.slot() as slot:
            slot(self._id, 0.0)
            info = self._source.open()
        self._live = info.live
        return info

    def packets(self) -> Iterator[Packet]:
        """See `Source`. What happens between two packets is work on the first of them.

        Of a file it may be waiting too, for slow sinks, and is never taken for work.
        """
        with self._marks.slot() as slot:
            slot(self._id, 0.0)
            for packet in self._source.packets():
                slot(self._id, time.monotonic() if self._live else 0.0)
                yield packet
                slot(self._id, 0.0)
