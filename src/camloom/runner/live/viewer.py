"""One viewer: gets what its socket takes, and loses whole groups of pictures when that is too little."""

import socket
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from camloom.exchange.live import DATA, END, Ending, pieces

MAX_WAITING_BYTES = 16 << 20
STUCK_S = 10.0
_MAX_BUFFERS = 64


class Viewer:
    """The sending side of a connection. Never waits; whoever calls holds the lock of the stream.

    What waits are mostly tags that other viewers wait for too, so it takes less memory than it counts.

    Args:
        connection: does not block; closed by its owner.
        wake: called when something begins to wait: then `flush` is to be called whenever the socket takes more.
        clock: seconds, as `time.monotonic`.

    Attributes:
        begun: whether anything was sent to it.
        shift_ms: where its own time begins, in that of the FLV.
        lost: how often something was left out.
    """

    def __init__(
        self, connection: socket.socket, wake: Callable[[], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.begun = False
        self.shift_ms = 0
        self.lost = 0
        self._connection = connection
        self._wake = wake
        self._clock = clock
        self._waiting: deque[memoryview] = deque()
        self._waiting_bytes = 0
        self._progress_s = clock()
        self._skipping = False
        self._closing = False
        self._broken = False

    def send(self, payload: bytes, *, begins: bool) -> None:
        """Send a payload, or leave it out together with all that follows until one that can stand alone.

        Args:
            begins: it can stand alone, such as a keyframe.
        """
        if self.over or self._closing:
            return
        if self._skipping and not (begins and not self._waiting):
            self.lost += 1
            return
        self._skipping = self._waiting_bytes + len(payload) > MAX_WAITING_BYTES and bool(self._waiting)
        if self._skipping:
            self.lost += 1
            return
        self.begun = True
        self._queue(pieces(DATA, payload))

    def end(self, why: Ending) -> None:
        """Say why nothing more comes; what waits is still sent."""
        if not self._closing:
            self._queue(pieces(END, why.encode()))
            self._closing = True
            self._wake()  # it may be over now

    def flush(self) -> None:
        """Send what waits, as far as the socket takes it."""
        with suppress(BlockingIOError):
            while self._waiting and not self._broken:
                self._sent(self._send())

    @property
    def waits(self) -> bool:
        """Whether something waits for the socket."""
        return bool(self._waiting) and not self._broken

    @property
    def over(self) -> bool:
        """Whether nothing more can be sent: all is said, the other side is gone, or has taken nothing for long."""
        stuck = self.waits and self._clock() - self._progress_s > STUCK_S
        return self._broken or stuck or (self._closing and not self._waiting)

    def _queue(self, parts: list[bytes]) -> None:
        was_empty = not self._waiting
        self._waiting.extend(memoryview(part) for part in parts if part)
        self._waiting_bytes += sum(map(len, parts))
        if was_empty:
            self._progress_s = self._clock()
            self.flush()
            if self.waits:
                self._wake()

    def _send(self) -> int:
        buffers = [self._waiting[index] for index in range(min(len(self._waiting), _MAX_BUFFERS))]
        try:
            return self._connection.sendmsg(buffers)
        except BlockingIOError:
            raise
        except OSError:
            self._broken = True
            return 0

    def _sent(self, count: int) -> None:
        self._waiting_bytes -= count
        self._progress_s = self._clock()
        while count and self._waiting:
            first = self._waiting.popleft()
            if count < len(first):
                self._waiting.appendleft(first[count:])
            count -= min(count, len(first))
